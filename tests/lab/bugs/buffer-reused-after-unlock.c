/* buffer-reused-after-unlock -- A dispatcher fills a shared buffer under the lock and
 * reads it after the unlock.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: kubernetes 89164
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct cacher {
    pthread_mutex_t lock;
    int watchers[2];
    int n;
};

static void dispatch(void *arg)
{
    struct cacher *c = arg;
    int sum = 0;
    pthread_mutex_lock(&c->lock);
    c->n = 0;                /* BUG */
    c->watchers[c->n++] = 4; /* BUG */
#ifndef FIXED
    pthread_mutex_unlock(&c->lock);
#endif
    for (int i = 0; i < c->n; i++) /* BUG */
        sum += c->watchers[i];     /* BUG */
    (void)sum;
#ifdef FIXED
    pthread_mutex_unlock(&c->lock);
#endif
}

int main(void)
{
    struct cacher c = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct waitgroup wg = {0};
    wg_go(&wg, dispatch, &c);
    dispatch(&c);
    wg_wait(&wg);
}
