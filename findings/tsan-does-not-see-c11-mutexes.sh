#!/usr/bin/env bash
# ThreadSanitizer reports a race between two threads that hold the same C11 mutex.
#
# The guess: the tool knows every lock of the C library. Where it reports a race, a lock is missing.
# The fact: it knows the functions that it replaces, one by one. It replaces pthread_mutex_lock()
# and pthread_mutex_timedlock(), but not mtx_lock() of <threads.h>, and glibc's mtx_lock() does not
# call the pthread function. It replaces pthread_mutex_unlock(), but not
# pthread_mutex_clocklock(), so there it also reports that an "unlocked mutex" is unlocked. Both
# programs are right, and so is their count. A reader who believes the report adds a second lock.
#
# Seen with gcc 12.2 and clang 14.0.6 on glibc 2.36 (Debian 12). Source: the list of replaced
# functions in compiler-rt/lib/tsan/rtl/tsan_interceptors_posix.cpp; llvm-project issue 203451
# reports that flockfile() is missing in the same list.

# shellcheck source=findings/lib.bash
. "$(dirname -- "$0")/lib.bash"

cat >count.c <<'END'
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <threads.h>
#include <time.h>

static pthread_mutex_t posix = PTHREAD_MUTEX_INITIALIZER;
static mtx_t c11;
static const char *lock;
static int count;

static int enter(void)
{
    struct timespec limit;
    if (strcmp(lock, "mtx_lock") == 0)
        return mtx_lock(&c11) != thrd_success;
    if (strcmp(lock, "pthread_mutex_lock") == 0)
        return pthread_mutex_lock(&posix);
    if (strcmp(lock, "pthread_mutex_timedlock") == 0) {
        clock_gettime(CLOCK_REALTIME, &limit);
        limit.tv_sec += 60;
        return pthread_mutex_timedlock(&posix, &limit);
    }
    clock_gettime(CLOCK_MONOTONIC, &limit);
    limit.tv_sec += 60;
    return pthread_mutex_clocklock(&posix, CLOCK_MONOTONIC, &limit);
}

static int leave(void)
{
    if (strcmp(lock, "mtx_lock") == 0)
        return mtx_unlock(&c11) != thrd_success;
    return pthread_mutex_unlock(&posix);
}

/* Returns its argument if a lock fails, and NULL if all went well. */
static void *work(void *failed)
{
    for (int i = 0; i < 1000; i++) {
        if (enter())
            return failed;
        count++;
        if (leave())
            return failed;
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[2];
    void *failed = NULL;
    if (argc < 2 || mtx_init(&c11, mtx_plain) != thrd_success)
        return 1;
    lock = argv[1];
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, work, &count))
            return 1;
    for (int i = 0; i < 2; i++)
        if (pthread_join(threads[i], &failed) || failed)
            return 1;
    return count == 2000 ? 0 : 1;
}
END

# says LOCK EXPECTED: runs the program with this lock. It counts to 2000, or it ends with 1.
says() {
    local status=0
    TSAN_OPTIONS=exitcode=66 limited 60 ./count "$1" >out 2>&1 || status=$?
    case $status in
        0) verdict='no report' ;;
        66) verdict=$(sed -n 's/^WARNING: ThreadSanitizer: \(.*\) (pid.*/\1/p' out | sort -u) ;;
        *) skip "ThreadSanitizer does not run here ($(tail -n 1 out))" ;;
    esac
    printf '  %s: %s\n' "$1" "${verdict//$'\n'/; }"
    case $verdict in
        "$2"*) ;;
        *) changed "with $1 it is another report" ;;
    esac
}

[[ $(gcc -dumpversion 2>/dev/null) == 12* ]] || skip 'no gcc 12'
command -v clang-14 >/dev/null || skip 'no clang 14'
ldd --version 2>&1 | grep -q 'GLIBC.* 2\.36$' || skip 'this C library is not glibc 2.36'
for compiler in gcc clang-14; do
    limited 60 "$compiler" -g -O1 -pthread -fsanitize=thread count.c -o count ||
        skip "$compiler has no ThreadSanitizer"
    "$compiler" --version | head -n 1
    says pthread_mutex_lock 'no report'
    says pthread_mutex_timedlock 'no report'
    says mtx_lock 'data race'
    says pthread_mutex_clocklock 'data race'
done
echo 'as stated: two kinds of lock are not seen'
