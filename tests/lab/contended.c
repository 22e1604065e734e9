/* contended -- correct: threads wait for mutexes, conditions and rwlocks all the time.
 *
 * Very often all of them seem to be asleep, because the thread that was just woken has not
 * run yet. Some calls are made inside a library without the laboratory, unless the
 * program is started as `contended own`. A library's signal is lost under a seed.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "contended.h"

#include <stdio.h>

enum { ROUNDS = 100 };

static struct counter counter = {PTHREAD_MUTEX_INITIALIZER, 0};
static struct turns turns = {PTHREAD_MUTEX_INITIALIZER,
                             PTHREAD_COND_INITIALIZER, 0};
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int written, prepared;
static bool only_own;
static chan(int) values;

static void prepare(void)
{
    sched_yield();
    prepared++;
}

static void take_turn(int me)
{
    pthread_mutex_lock(&turns.mutex);
    while (turns.turn % PLAYERS != me)
        pthread_cond_wait(&turns.changed, &turns.mutex);
    turns.turn++;
    pthread_cond_broadcast(&turns.changed);
    pthread_mutex_unlock(&turns.mutex);
}

static void play(void *arg)
{
    int me = *(int *)arg;
    for (int i = 0; i < ROUNDS; i++)
        if (me == 0 && !only_own)
            take_turn_inside(&turns, me);
        else
            take_turn(me);
}

static void count(void *arg)
{
    (void)arg;
    pthread_once(&once, prepare);
    for (int i = 0; i < ROUNDS; i++) {
        if (!only_own)
            count_inside(&counter);
        pthread_mutex_lock(&counter.mutex);
        counter.n++;
        sched_yield();
        pthread_mutex_unlock(&counter.mutex);
        pthread_rwlock_wrlock(&table);
        written++;
        pthread_rwlock_unlock(&table);
        pthread_rwlock_rdlock(&table);
        sched_yield();
        pthread_rwlock_unlock(&table);
    }
}

static void send_one(void)
{
    chan_send(values, 1);
}

static void send_all(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        if (!only_own)
            hold_inside(&counter, send_one);
        pthread_mutex_lock(&counter.mutex);
        send_one();
        counter.n++;
        pthread_mutex_unlock(&counter.mutex);
    }
}

static void *receive(void *sum)
{
    for (int n; chan_recv(values, &n);)
        *(int *)sum += n;
    return NULL;
}

int main(int argc, char **argv)
{
    (void)argv;
    only_own = argc > 1;
    struct waitgroup wg = {0};
    pthread_t receiver;
    int sum = 0;
    values = chan_make(int, 0);
    pthread_create(&receiver, NULL, receive, &sum);
    for (int i = 0; i < PLAYERS; i++)
        wg_go(&wg, play, i);
    for (int i = 0; i < 3; i++)
        wg_go(&wg, count, i);
    for (int i = 0; i < 2; i++)
        wg_go(&wg, send_all, i);
    wg_wait(&wg);
    chan_close(values);
    pthread_join(receiver, NULL);
    chan_free(values);
    printf("%d %d %d %d %d\n", sum, counter.n, turns.turn, written, prepared);
}
