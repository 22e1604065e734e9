/* length-read-after-unlock -- Dispatchers empty a slice under the lock and ask for
 * its length without it.
 *
 * Each dispatcher starts after a pause, which is no synchronization.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: kubernetes 77796
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct cacher {
    pthread_rwlock_t lock;
    int length;
};

static void dispatch(void *arg)
{
    struct cacher *c = arg;
    pthread_rwlock_wrlock(&c->lock);
    c->length = 0; /* BUG */
#ifdef FIXED
    volatile int n = c->length;
    pthread_rwlock_unlock(&c->lock);
#else
    pthread_rwlock_unlock(&c->lock);
    volatile int n = c->length; /* BUG */
#endif
    (void)n;
}

int main(void)
{
    struct cacher c = {PTHREAD_RWLOCK_INITIALIZER, 3};
    struct waitgroup wg = {0};
    for (int i = 0; i < 3; i++) {
        wg_go(&wg, dispatch, &c);
        sleep_ms(1);
    }
    wg_wait(&wg);
}
