#!/usr/bin/env bash
# With musl, return from main waits for a thread that waits for input.
#
# The guess: return from main (or exit) ends the process, whatever its threads do. A thread that
# waits in fgets(stdin) for a line that never comes dies with the process.
# The fact: exit() looks at every open stream, standard input included, and takes its lock. The
# reading thread holds that lock for as long as it waits. musl waits for it without a limit, so
# the process ends when the line comes: perhaps never. glibc 2.36 does not take the lock and ends
# at once. Newer glibc takes it as well, to be correct: reports of the same hang name 2.39 and 2.43.
# A thread that waits in read() holds no such lock, and _exit() takes none.
#
# Seen with musl 1.2.3 beside glibc 2.36 (Debian 12). Source: musl's src/stdio/__stdio_exit.c,
# FFINALLOCK; eXeC64/imv pull request 282 (musl), clasp-developers/clasp pull request 1836 (glibc
# 2.39), SDL-Hercules-390/hyperion issue 831 (glibc 2.43).

# shellcheck source=findings/lib.bash
. "$(dirname -- "$0")/lib.bash"

cat >reader.c <<'END'
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void *with_stdio(void *unused)
{
    char line[80];
    return fgets(line, sizeof line, stdin) ? unused : NULL;
}

static void *with_read(void *unused)
{
    char line[80];
    return read(STDIN_FILENO, line, sizeof line) > 0 ? unused : NULL;
}

/* Main returns when the thread has the lock of stdin; a thread in read() never has it. */
int main(int argc, char **argv)
{
    int stdio = argc > 1 && strcmp(argv[1], "fgets") == 0;
    pthread_t thread;
    if (pthread_create(&thread, NULL, stdio ? with_stdio : with_read, NULL))
        return 1;
    while (stdio && ftrylockfile(stdin) == 0) {
        funlockfile(stdin);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    printf("main returns\n");
    fflush(stdout);
    return 0;
}
END

# run PROGRAM HOW PATIENCE: starts the program on a pipe that stays open and empty. Sets ended to
# "at once", or to "with the line" if it is still there PATIENCE seconds after main returned.
run() {
    local try
    rm -f lines out
    mkfifo lines
    timeout -k 1 60 "$1" "$2" <lines >out &
    children+=("$!")
    exec 3<>lines
    for ((try = 0; try < 400; try++)); do
        [ ! -s out ] || break
        sleep 0.05
    done
    [ -s out ] || changed "main of $1 does not come to its end"
    ended='with the line'
    for ((try = 0; try < $3 * 20; try++)); do
        if ! kill -0 "${children[-1]}" 2>/dev/null; then
            ended='at once'
            break
        fi
        sleep 0.05
    done
    printf 'a line\n' >&3
    exec 3>&-
    ended_with || changed "$1 ends with status $?"
    echo "$1, thread in $2: ends $ended"
}

[ "$(uname -m)" = x86_64 ] || skip 'the packages are for x86-64'
fetch musl-dev=1.2.3-1 musl=1.2.3-1
limited 60 cc -pthread reader.c -o glibc || skip 'no C compiler'
lib=root/usr/lib/x86_64-linux-musl
limited 60 cc -static -nostdinc -isystem root/usr/include/x86_64-linux-musl -nostartfiles \
    -nodefaultlibs "$lib/crt1.o" "$lib/crti.o" reader.c "$lib/libc.a" -lgcc "$lib/crtn.o" \
    -o musl || skip 'the compiler cannot link with musl'
case $(ldd --version 2>&1) in
    *GLIBC*2.36*) echo "glibc 2.36, musl 1.2.3" ;;
    *) skip "this C library is not glibc 2.36" ;;
esac

run ./glibc fgets 20
[ "$ended" = 'at once' ] || changed 'glibc waits as well'
run ./musl read 20
[ "$ended" = 'at once' ] || changed 'musl waits for a thread in read()'
run ./musl fgets 3
[ "$ended" = 'with the line' ] || changed 'musl does not wait'
echo 'as stated: musl ends when the other thread has its line'
