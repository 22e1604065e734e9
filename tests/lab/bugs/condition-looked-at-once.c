/* condition-looked-at-once -- A consumer looks at its condition only once, and
 * another consumer is faster.
 *
 * Class: further, condition
 * Structure of: if instead of while around a wait
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <assert.h>

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    int jobs;
};

static void consumer(void *arg)
{
    struct queue *q = arg;
    pthread_mutex_lock(&q->lock);
#ifdef FIXED
    while (q->jobs == 0)
#else
    if (q->jobs == 0)
#endif
        pthread_cond_wait(&q->filled, &q->lock);
    assert(q->jobs > 0); /* BUG */
    q->jobs--;
    pthread_mutex_unlock(&q->lock);
}

static void producer(void *arg)
{
    struct queue *q = arg;
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&q->lock);
        q->jobs++;
        pthread_cond_broadcast(&q->filled);
        pthread_mutex_unlock(&q->lock);
    }
}

int main(void)
{
    static struct queue q = {PTHREAD_MUTEX_INITIALIZER,
                             PTHREAD_COND_INITIALIZER, 0};
    struct waitgroup wg = {0};
    wg_go(&wg, consumer, &q);
    wg_go(&wg, consumer, &q);
    wg_go(&wg, producer, &q);
    wg_wait(&wg);
}
