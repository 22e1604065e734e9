/* heap-length-read-without-the-lock -- A queue pops under its lock, and the test asks
 * for the heap's length without it.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: kubernetes 88331
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct queue {
    pthread_mutex_t lock;
    int length;
};

static void flush(void *arg)
{
    struct queue *q = arg;
    pthread_mutex_lock(&q->lock);
    q->length--; /* BUG */
    pthread_mutex_unlock(&q->lock);
}

int main(void)
{
    struct queue q = {PTHREAD_MUTEX_INITIALIZER, 2};
    struct waitgroup wg = {0};
    wg_go(&wg, flush, &q);
#ifdef FIXED
    pthread_mutex_lock(&q.lock);
#endif
    volatile int n = q.length; /* BUG */
#ifdef FIXED
    pthread_mutex_unlock(&q.lock);
#endif
    (void)n;
    wg_wait(&wg);
}
