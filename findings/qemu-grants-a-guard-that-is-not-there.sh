#!/usr/bin/env bash
# Under qemu's user emulation a guard page is granted, and guards nothing.
#
# The guess: a call that returns 0 has done its work. A program that wants guard pages for the
# stacks of its coroutines tries madvise(MADV_GUARD_INSTALL), and falls back on mprotect() when an
# older kernel answers EINVAL.
# The fact: qemu-user answers 0 to every advice that it does not know, without asking the kernel,
# even to a number that no kernel knows, because madvise counts as a hint. The program believes
# that it has a guard, and a stack that overflows writes on into its neighbour. It is the same with
# setrlimit(RLIMIT_AS): the answer is 0, and there is no limit. A program that must be sure asks for
# a nonsense advice first: where that succeeds, no answer means anything.
# Containers of another architecture run in this way.
#
# Seen with qemu-user-static 7.2.22 (Debian 12). Source: linux-user/mmap.c, target_madvise(), and
# the comment at setrlimit in linux-user/syscall.c.

# shellcheck source=findings/lib.bash
. "$(dirname -- "$0")/lib.bash"

cat >guard.c <<'END'
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define GUARD_INSTALL 102 /* MADV_GUARD_INSTALL, Linux 6.13 */
#define NONSENSE 4242

/* Prints what was answered. The page is touched only where a nonsense advice is accepted too. */
int main(void)
{
    struct rlimit limit = {.rlim_cur = 1 << 28, .rlim_max = 1 << 28};
    size_t size = 4 * 4096;
    char *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int guard;
    int nonsense;
    if (page == MAP_FAILED)
        return 1;
    guard = madvise(page, size, GUARD_INSTALL);
    nonsense = madvise(page, size, NONSENSE);
    printf("guard %s, ", guard ? "refused" : "granted");
    printf("nonsense %s, ", nonsense ? "refused" : "granted");
    if (nonsense == 0) {
        memset(page, 1, size);
        printf("guarded page written, ");
    }
    printf("limit %s, ", setrlimit(RLIMIT_AS, &limit) ? "refused" : "granted");
    page = mmap(NULL, 1 << 29, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("twice the limit %s\n", page == MAP_FAILED ? "refused" : "granted");
    return 0;
}
END

limited 60 cc -static guard.c -o guard || skip 'no C compiler, or no static C library'
fetch 'qemu-user-static=1:7.2+dfsg-7+deb12u18+b3'
qemu=root/usr/bin/qemu-$(uname -m)-static
[ -x "$qemu" ] || skip "qemu has no $(uname -m)"
"$qemu" --version | head -n 1

limited 10 ./guard >out || skip 'the program fails on this kernel'
echo "$(uname -sr): $(cat out)"
case $(cat out) in
    *'nonsense refused, limit granted, twice the limit refused') ;;
    *) skip 'this kernel answers like an emulator' ;;
esac
limited 30 "$qemu" ./guard >out || changed 'the program fails under qemu'
echo "qemu: $(cat out)"
expected='guard granted, nonsense granted, guarded page written, '
expected+='limit granted, twice the limit granted'
[ "$(cat out)" = "$expected" ] || changed 'qemu answers in another way'
echo 'as stated: what qemu grants is not there'
