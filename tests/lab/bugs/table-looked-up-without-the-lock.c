/* table-looked-up-without-the-lock -- A queue deletes from a table under its lock,
 * and the test looks up without it.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: kubernetes 79631
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct queue {
    pthread_rwlock_t lock;
    int table[2];
};

static void flush(void *arg)
{
    struct queue *q = arg;
    pthread_rwlock_wrlock(&q->lock);
    q->table[1] = 0; /* BUG */
    pthread_rwlock_unlock(&q->lock);
}

int main(void)
{
    struct queue q = {PTHREAD_RWLOCK_INITIALIZER, {1, 2}};
    struct waitgroup wg = {0};
    wg_go(&wg, flush, &q);
#ifdef FIXED
    pthread_rwlock_rdlock(&q.lock);
#endif
    volatile int n = q.table[1]; /* BUG */
#ifdef FIXED
    pthread_rwlock_unlock(&q.lock);
#endif
    (void)n;
    wg_wait(&wg);
}
