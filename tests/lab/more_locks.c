/* more_locks -- deadlocks with semaphores, barriers, spinlocks, and locks of C11.
 *
 *     more_locks semaphores | barrier | spinlock | mtx | cnd
 *
 * Two threads meet first, so that both have what the other one needs.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <semaphore.h>
#include <stdio.h>
#include <threads.h>

static sem_t left, right;
static pthread_barrier_t barrier;
static pthread_spinlock_t spinlock;
static mtx_t a, b;
static cnd_t ready;
static chan(int) met;

static void right_then_left(void *arg)
{
    (void)arg;
    sem_wait(&right); /* takes right */
    chan_send(met, 1);
    sem_wait(&left); /* wants left */
}

static void semaphores(void)
{
    sem_init(&left, 0, 1);
    sem_init(&right, 0, 1);
    go(right_then_left); /* started */
    sem_wait(&left);     /* takes left */
    chan_recv(met, NULL);
    sem_wait(&right); /* wants right */
}

static void arrive(void *arg)
{
    (void)arg;
    pthread_barrier_wait(&barrier); /* arrives */
}

static void barrier_of_three(void)
{
    pthread_barrier_init(&barrier, NULL, 3);
    go(arrive);                     /* arrival started */
    pthread_barrier_wait(&barrier); /* main arrives */
}

static void spin_twice(void)
{
    pthread_spin_init(&spinlock, PTHREAD_PROCESS_PRIVATE);
    pthread_spin_lock(&spinlock); /* spins */
    pthread_spin_lock(&spinlock); /* spins again */
}

static int b_then_a(void *arg)
{
    (void)arg;
    mtx_lock(&b); /* locks b */
    chan_send(met, 1);
    return mtx_lock(&a); /* wants a */
}

static void two_mutexes(void)
{
    thrd_t thread;
    mtx_init(&a, mtx_plain);
    mtx_init(&b, mtx_plain);
    mtx_lock(&a);                         /* locks a */
    thrd_create(&thread, b_then_a, NULL); /* thread started */
    chan_recv(met, NULL);
    mtx_lock(&b); /* wants b */
}

static void condition(void)
{
    mtx_init(&a, mtx_plain);
    cnd_init(&ready);
    cnd_signal(&ready); /* signals */
    mtx_lock(&a);
    for (;;)                  /* as a loop would, whose condition is false */
        cnd_wait(&ready, &a); /* waits */
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*f)(void);
    } cases[] = {{"semaphores", semaphores},
                 {"barrier", barrier_of_three},
                 {"spinlock", spin_twice},
                 {"mtx", two_mutexes},
                 {"cnd", condition}};
    met = chan_make(int, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (argc > 1 && strcmp(argv[1], cases[i].name) == 0)
            cases[i].f();
    printf("not blocked\n");
}
