/* entry-changed-after-it-was-added -- A test adds an entry to a queue and then
 * changes it without the queue's lock.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: kubernetes 81148
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct queue {
    pthread_mutex_t lock;
    long *stamp;
};

static void flush(void *arg)
{
    struct queue *q = arg;
    pthread_mutex_lock(&q->lock);
    volatile long n = q->stamp ? *q->stamp : 0; /* BUG */
    (void)n;
    pthread_mutex_unlock(&q->lock);
}

int main(void)
{
    struct queue q = {PTHREAD_MUTEX_INITIALIZER, NULL};
    struct waitgroup wg = {0};
    long stamp = 100;
    wg_go(&wg, flush, &q);
    pthread_mutex_lock(&q.lock);
    q.stamp = &stamp;
#ifdef FIXED
    stamp = 40;
#endif
    pthread_mutex_unlock(&q.lock);
#ifndef FIXED
    stamp = 40; /* BUG */
#endif
    wg_wait(&wg);
}
