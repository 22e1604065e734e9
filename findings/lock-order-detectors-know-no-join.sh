#!/usr/bin/env bash
# Three tools report a potential deadlock between two threads that never run at the same time.
#
# The guess: "lock order inversion (potential deadlock)" means that the two threads may block each
# other. Two threads of which the second is created after the first has been joined cannot, and the
# tools know pthread_join() very well: it orders memory accesses for them. So they are silent. The
# same holds if both threads take a common mutex first, a gate that lets one of them in.
# The fact: gcc's and clang's ThreadSanitizer and valgrind's helgrind keep one graph for the whole
# run, "this lock was taken while that one was held". A join and a gate change nothing in it. All
# three report a circle in each of these programs, and ThreadSanitizer ends them with its exit
# status 66. A program that initializes under locks in one order and shuts down in the other, with
# one thread, is enough.
#
# Seen with gcc 12.2, clang 14.0.6 and valgrind 3.19 (Debian 12). Source: the reports themselves;
# section 7.3 of valgrind's manual, "Inconsistent Lock Orderings", describes the graph.

# shellcheck source=findings/lib.bash
. "$(dirname -- "$0")/lib.bash"

cat >order.c <<'END'
#include <pthread.h>
#include <string.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t b = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static int gated;

static void both(pthread_mutex_t *first, pthread_mutex_t *second)
{
    if (gated)
        pthread_mutex_lock(&gate);
    pthread_mutex_lock(first);
    pthread_mutex_lock(second);
    pthread_mutex_unlock(second);
    pthread_mutex_unlock(first);
    if (gated)
        pthread_mutex_unlock(&gate);
}

static void *forwards(void *unused)
{
    both(&a, &b);
    return unused;
}

static void *backwards(void *unused)
{
    both(&b, &a);
    return unused;
}

/* Starts the thread and waits until it has ended. */
static int alone(void *(*f)(void *))
{
    pthread_t thread;
    return pthread_create(&thread, NULL, f, NULL) || pthread_join(thread, NULL);
}

int main(int argc, char **argv)
{
    gated = argc > 1 && strcmp(argv[1], "gate") == 0;
    if (argc > 1 && strcmp(argv[1], "one") == 0) {
        both(&a, &b);
        both(&b, &a);
        return 0;
    }
    return alone(forwards) || alone(backwards);
}
END

# reports TOOL COMMAND...: each of the three programs, and what the tool says of it.
reports() {
    local tool=$1 how count
    shift
    for how in joined gate one; do
        limited 60 "$@" "$how" >out 2>&1 || :
        count=$(grep -c -i -e 'lock-order-inversion' -e 'lock order .* violated' out || :)
        printf '  %s, %s: %s\n' "$tool" "$how" "$(grep -m 1 -i -o -e 'lock-order-inversion ([a-z ]*)' -e 'lock order .* violated' out || echo 'no report')"
        [ "$count" -gt 0 ] || changed "$tool reports nothing of the program \"$how\""
    done
}

[[ $(gcc -dumpversion 2>/dev/null) == 12* ]] || skip 'no gcc 12'
command -v clang-14 >/dev/null || skip 'no clang 14'
fetch valgrind=1:3.19.0-1
for compiler in gcc clang-14; do
    limited 60 "$compiler" -g -O1 -pthread -fsanitize=thread order.c -o order || skip "$compiler has no ThreadSanitizer"
    ./order >out 2>&1 || :
    ! grep -q FATAL out || skip "ThreadSanitizer does not run here ($(tail -n 1 out))"
    "$compiler" --version | head -n 1
    reports "$compiler" ./order
done
limited 60 gcc -g -O1 -pthread order.c -o order || skip 'no C compiler'
export VALGRIND_LIB="$PWD/root/usr/libexec/valgrind"
root/usr/bin/valgrind --version
reports helgrind root/usr/bin/valgrind --tool=helgrind ./order
echo 'as stated: a join and a gate do not count'
