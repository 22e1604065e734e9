/* prices -- what operations of the hardware and the kernel cost in any program.
 *
 * Prints a line `PRICE <tab> nanoseconds` for each. With the argument `one-core`:
 * what it costs to pass the turn to another thread on the same core.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include <stdio.h>

enum { THREADS = 1000 };

static _Alignas(64) atomic_int turn;
static void (*wait_for)(int mine);
static long rounds;

static void spin(int mine)
{
    while (atomic_load_explicit(&turn, memory_order_acquire) != mine)
        continue;
}

static void yield(int mine)
{
    while (atomic_load_explicit(&turn, memory_order_acquire) != mine)
        sched_yield();
}

static void sleep_on_futex(int mine)
{
    for (int now; (now = turn) != mine;)
        syscall(SYS_futex, &turn, 128 /* WAIT, private */, now, NULL, NULL, 0);
}

static void pass(int to)
{
    atomic_store_explicit(&turn, to, memory_order_release);
    if (wait_for == sleep_on_futex)
        syscall(SYS_futex, &turn, 129 /* WAKE, private */, 1, NULL, NULL, 0);
}

static void *partner(void *unused)
{
    for (long i = 0; i < rounds; i++) {
        wait_for(1);
        pass(0);
    }
    return unused;
}

/* Nanoseconds for the turn to go to another thread and back. */
static double round_trip(void (*wait)(int), long n)
{
    pthread_t thread;
    wait_for = wait;
    rounds = n;
    turn = 0;
    pthread_create(&thread, NULL, partner, NULL);
    long long began = chan_now_();
    for (long i = 0; i < n; i++) {
        pass(1);
        wait_for(0);
    }
    long long took = chan_now_() - began;
    pthread_join(thread, NULL);
    return (double)took / (double)n;
}

static double mutex(long n)
{
    pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    long long began = chan_now_();
    for (long i = 0; i < n; i++) {
        pthread_mutex_lock(&m);
        pthread_mutex_unlock(&m);
    }
    return (double)(chan_now_() - began) / (double)n;
}

static void *nothing(void *unused)
{
    return unused;
}

static double create_and_join(long n)
{
    long long began = chan_now_();
    for (long i = 0; i < n; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, nothing, NULL);
        pthread_join(thread, NULL);
    }
    return (double)(chan_now_() - began) / (double)n;
}

static void *hold(void *gate)
{
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

/* Starts a thousand threads that exist at the same time, as in a chain. */
static double a_thousand(void)
{
    static pthread_t thread[THREADS];
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, 256 * 1024);
    pthread_mutex_lock(&gate);
    long long began = chan_now_();
    for (int i = 0; i < THREADS; i++)
        pthread_create(&thread[i], &attr, hold, &gate);
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    long long took = chan_now_() - began;
    pthread_attr_destroy(&attr);
    return (double)took;
}

int main(int argc, char *argv[])
{
    if (argc == 2 && strcmp(argv[1], "one-core") == 0) {
        printf("futex-hand-over\t%.2f\n",
               round_trip(sleep_on_futex, 20000) / 2);
        printf("yield-hand-over\t%.2f\n", round_trip(yield, 50000) / 2);
        return 0;
    }
    if (argc > 1) {
        fputs("usage: prices [one-core]\n", stderr);
        return 2;
    }
    printf("spin-round-trip\t%.2f\n", round_trip(spin, 200000));
    printf("futex-round-trip\t%.2f\n", round_trip(sleep_on_futex, 2000));
    printf("mutex\t%.2f\n", mutex(2000000));
    printf("create-and-join\t%.2f\n", create_and_join(1000));
    printf("a-thousand-threads\t%.2f\n", a_thousand());
}
