/* locks -- correct: mutex, condition, rwlock and once beside channels.
 *
 * A goroutine sends under a mutex, to a receiver that does not need the mutex. Others
 * wait meanwhile: for the mutex, a condition, a write lock, or pthread_once().
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

enum { WORKERS = 3, ROUNDS = 5 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int logged, turn, table, prepared;
static chan(int) lines;

static void prepare(void)
{
    sleep_ms(5);
    prepared++;
}

static void say(int n)
{
    pthread_mutex_lock(&mutex);
    chan_send(lines, n); /* under the mutex */
    logged++;
    pthread_mutex_unlock(&mutex);
}

static void work(void *arg)
{
    int me = *(int *)arg;
    pthread_once(&once, prepare);
    for (int i = 0; i < ROUNDS; i++) {
        say(prepared);
        pthread_mutex_lock(&mutex);
        while (turn % WORKERS != me)
            pthread_cond_wait(&changed, &mutex);
        turn++;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&mutex);
        pthread_rwlock_wrlock(&lock);
        table++;
        pthread_rwlock_unlock(&lock);
        pthread_rwlock_rdlock(&lock);
        sleep_ms(1);
        pthread_rwlock_unlock(&lock);
    }
}

static void log_lines(void *arg)
{
    int sum = 0;
    for (int n; chan_recv(lines, &n);)
        sum += n;
    chan_send(*(chan(int) *)arg, sum);
}

int main(void)
{
    struct waitgroup wg = {0};
    chan(int) total = chan_make(int, 0);
    int sum;
    lines = chan_make(int, 0);
    go(log_lines, &total);
    for (int i = 0; i < WORKERS; i++)
        wg_go(&wg, work, i);
    wg_wait(&wg);
    chan_close(lines);
    chan_recv(total, &sum);
    chan_free(lines);
    chan_free(total);
    printf("%d %d %d %d\n", sum, logged, turn, table);
}
