#!/usr/bin/env bash
# gcc cleans up a variable that a switch has jumped over, and says nothing.
#
# The guess: __attribute__((cleanup)) runs for a variable whose declaration was executed. Where a
# case label jumps into the scope behind the declaration, a compiler with -Wall and -Wextra warns,
# or the cleanup does not run.
# The fact: gcc calls the cleanup function for the variable that never had a value, without one
# word from -Wall -Wextra -Wpedantic. Where the function is free() or an unlock, it gets garbage.
# -Wjump-misses-init warns, but neither -Wall nor -Wextra contains it. gcc's manual says that
# -Wc++-compat does, but that is silent as well. clang refuses the same file as an error.
#
# Seen with gcc 12.2 and clang 14.0.6 (Debian 12). Source: gcc's manual, "Common Variable
# Attributes" and -Wjump-misses-init; neither mentions the other.

# shellcheck source=findings/lib.bash
. "$(dirname -- "$0")/lib.bash"

cat >jump.c <<'END'
#include <stdio.h>

/* It does not look at the variable, which may have no value. */
static void clean(int *variable)
{
    (void)variable;
    printf("cleanup ");
}

static void choose(int n)
{
    switch (n) {
    case 1:
        printf("one ");
        int held __attribute__((cleanup(clean), unused)) = 1;
        break;
    case 2:
        printf("two ");
        break;
    }
}

int main(void)
{
    choose(1);
    choose(2);
    choose(3);
    printf("end\n");
    return 0;
}
END

# build COMPILER [OPTION]: sets said to what the compiler says, and compiles to whether it does.
build() {
    compiles=yes
    limited 60 "$1" -std=gnu11 -Wall -Wextra -Wpedantic ${2:+"$2"} jump.c -o jump >out 2>&1 ||
        compiles=no
    said=$(sed -n 's/.*jump.c:[0-9:]* \(warning\|error\): /\1: /p' out | head -n 1)
    echo "$("$1" --version | head -n 1)${2:+, $2}: ${said:-no warning}"
}

[[ $(gcc -dumpversion 2>/dev/null) == 12* ]] || skip 'no gcc 12'
command -v clang-14 >/dev/null || skip 'no clang 14'
build clang-14
[ "$compiles" = no ] || changed 'clang compiles it'
build gcc -Wjump-misses-init
[[ $said == *jump-misses-init* ]] || changed '-Wjump-misses-init does not warn'
build gcc -Wc++-compat
[ "$compiles$said" = yes ] || changed 'gcc warns under -Wc++-compat'
build gcc
[ "$compiles$said" = yes ] || changed 'gcc warns under -Wall -Wextra -Wpedantic'
limited 10 ./jump >out
echo "gcc's program prints: $(cat out)"
# The cleanup after "two" is the surprise. A switch that takes no case at all has none.
[ "$(cat out)" = 'one cleanup two cleanup end' ] || changed 'the cleanups run in another way'
echo 'as stated: a variable that was jumped over is cleaned up'
