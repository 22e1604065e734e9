/* signal-wakes-the-wrong-waiter -- A producer and a consumer wait for one condition,
 * and a signal wakes only one of them.
 *
 * Class: further, condition
 * Structure of: one condition for two purposes
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int filled;
};

static void wake(struct queue *q)
{
#ifdef FIXED
    pthread_cond_broadcast(&q->changed);
#else
    pthread_cond_signal(&q->changed);
#endif
}

static void producer(void *arg)
{
    struct queue *q = arg;
    pthread_mutex_lock(&q->lock);
    while (q->filled == 1)
        pthread_cond_wait(&q->changed, &q->lock); /* BUG */
    q->filled = 1;
    wake(q);
    pthread_mutex_unlock(&q->lock);
}

static void consumer(void *arg)
{
    struct queue *q = arg;
    pthread_mutex_lock(&q->lock);
    while (q->filled == 0)
        pthread_cond_wait(&q->changed, &q->lock); /* BUG */
    q->filled = 0;
    wake(q);
    pthread_mutex_unlock(&q->lock);
}

int main(void)
{
    static struct queue q = {PTHREAD_MUTEX_INITIALIZER,
                             PTHREAD_COND_INITIALIZER, 0};
    struct waitgroup wg = {0};
    for (int i = 0; i < 3; i++) {
        wg_go(&wg, consumer, &q);
        wg_go(&wg, producer, &q);
    }
    wg_wait(&wg);
}
