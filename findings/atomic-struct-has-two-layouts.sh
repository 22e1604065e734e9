#!/usr/bin/env bash
# _Atomic(struct of three bytes) is 3 bytes long for gcc and 4 for clang.
#
# The guess: gcc and clang follow one ABI, so objects of both can be linked; a header that is
# plain C11 describes the same memory to both.
# The fact: clang rounds an atomic struct up to the next power of two, in size and alignment, so
# that one instruction can reach it. gcc leaves the size and calls libatomic. A struct that holds
# one has its later members elsewhere, and no compiler or linker says a word. Objects of the two
# that share such a struct read different bytes, and one locks where the other does not.
# Sizes of 1, 2, 4 and 8 bytes agree.
#
# Seen with gcc 12.2 and clang 14.0.6 (Debian 12), and clang 22.1. Source: C11 6.2.5 p27 lets size
# and alignment differ from the plain type; find_atomic_core_type in gcc's tree.cc, quoted in
# riscv-elf-psabi-doc pull request 112, against ASTContext::getTypeInfoImpl (case Atomic) in clang.

# shellcheck source=findings/lib.bash
. "$(dirname -- "$0")/lib.bash"

cat >layout.c <<'END'
#include <stdio.h>
#include <stddef.h>

struct rgb {
    unsigned char red, green, blue;
};
struct point {
    int x, y, z;
};
struct pair {
    int key, value;
};
struct lamp {
    char name;
    _Atomic(struct rgb) colour;
    char room;
};

int main(void)
{
    printf("rgb %zu, point %zu, pair %zu, room at %zu\n", sizeof(_Atomic(struct rgb)),
           sizeof(_Atomic(struct point)), sizeof(_Atomic(struct pair)),
           offsetof(struct lamp, room));
    return 0;
}
END

# layout COMPILER EXPECTED
layout() {
    limited 60 "$1" -std=c11 -Wall -Wextra -Wpedantic -Werror layout.c -o layout ||
        changed "$1 warns about an atomic struct, or refuses it"
    limited 10 ./layout >out
    echo "$("$1" --version | head -n 1): $(cat out)"
    [ "$(cat out)" = "$2" ] || changed "$1 has another layout"
}

[ "$(uname -m)" = x86_64 ] || skip 'the figures are of x86-64'
case $(gcc -dumpversion 2>/dev/null) in
    12*) ;;
    *) skip 'no gcc 12' ;;
esac
command -v clang-14 >/dev/null || skip 'no clang 14'
layout gcc 'rgb 3, point 12, pair 8, room at 4'
layout clang-14 'rgb 4, point 16, pair 8, room at 8'
! command -v clang-22 >/dev/null || layout clang-22 'rgb 4, point 16, pair 8, room at 8'
echo 'as stated: two layouts of one struct'
