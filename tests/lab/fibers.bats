#!/usr/bin/env bats
# The laboratory on fibers: a program that is compiled with -DCHAN_LAB -DCHAN_FIBERS. Under a seed
# its goroutines are fibers of one thread. tests/lab/lab.bats runs with it as well: make check-lab.
load ../helper

setup_file() {
    local flags='-std=c11 -O1 -g -pthread -DCHAN_LAB -DCHAN_LAB_LINKED'
    cd "$BATS_FILE_TMPDIR" || return
    # shellcheck disable=SC2086  # a list of words
    cc $flags -c -o lab.o "$ROOT/common/lab/lab.c" || return
    for name in fan-in worker-pool mutex-or-channel priority; do
        # shellcheck disable=SC2086
        cc $flags "-I$ROOT/common" -o "$name-threads" "$ROOT/patterns/$name/$name.c" lab.o || return
        # shellcheck disable=SC2086
        cc $flags -DCHAN_FIBERS "-I$ROOT/common" -o "$name-fibers" "$ROOT/patterns/$name/$name.c" lab.o || return
    done
}

# play NAME SEED: what it prints, its status, and its choices, in the file NAME.
play() {
    CHAN_SEED=$2 CHAN_LEAKS=1 CHAN_CHOICES=choices timeout -k 2 "$LIMIT" "./$1" >"$1.out" 2>&1 || echo "status $?" >>"$1.out"
    cat choices >>"$1.out"
}

@test "a seed makes the same choices with fibers as with threads, and the output is the same" {
    cd "$BATS_FILE_TMPDIR"
    for name in fan-in worker-pool mutex-or-channel priority; do
        for seed in first 1 2 3 4 6 8 12; do
            echo "-- $name, seed $seed"
            play "$name-threads" "$seed"
            play "$name-fibers" "$seed"
            cmp "$name-threads.out" "$name-fibers.out"
        done
    done
}

@test "goroutines of that kind have no thread of their own" {
    cd "$BATS_FILE_TMPDIR"
    cat >ids.c <<'END'
#include "chan.h"
static pid_t ids[2];
static void note(void *arg)
{
    pid_t *into = arg;
    *into = (pid_t)syscall(SYS_gettid);
}
int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, note, &ids[0]);
    wg_go(&wg, note, &ids[1]);
    wg_wait(&wg);
    puts(ids[0] == getpid() && ids[1] == getpid() ? "one thread" : "more threads");
}
END
    cc -std=c11 -g -pthread -DCHAN_LAB -DCHAN_LAB_LINKED -DCHAN_FIBERS "-I$ROOT/common" -o ids ids.c lab.o
    CHAN_SEED=1 run -0 timeout -k 2 "$LIMIT" ./ids
    assert_output 'one thread'
    run -0 timeout -k 2 "$LIMIT" ./ids
    assert_output 'more threads'
}

@test "a stack that overflows is a crash of its goroutine, not of another one" {
    cd "$BATS_FILE_TMPDIR"
    cat >deep.c <<'END'
#include "chan.h"
static int deep(int n, char *above)
{
    char here[1000];
    here[n % 1000] = above[0];
    return n == 0 ? here[0] : deep(n - 1, here) + here[n % 1000];
}
static void dig(void *arg)
{
    printf("%d\n", deep(1000000, arg));
}
int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, dig, "x");
    wg_wait(&wg);
}
END
    cc -std=c11 -O0 -g -pthread -DCHAN_LAB -DCHAN_LAB_LINKED -DCHAN_FIBERS "-I$ROOT/common" -o deep deep.c lab.o
    CHAN_SEED=1 run -139 timeout -k 2 "$LIMIT" ./deep
    assert_output --partial 'crash: SIGSEGV (a stack overflow) in goroutine 2 (dig)'
}
