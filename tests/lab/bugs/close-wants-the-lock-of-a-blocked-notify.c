/* close-wants-the-lock-of-a-blocked-notify -- A notify sends with the mutex, its
 * receiver has ended, and close wants the mutex.
 *
 * Class: blocking, mixed, channel and lock
 * Structure of: etcd 7443
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct balancer {
    pthread_mutex_t lock;
    bool closed;
    chan(int) notices, stop;
};

static void up(void *arg)
{
    struct balancer *b = arg;
    pthread_mutex_lock(&b->lock);
#ifdef FIXED
    if (!b->closed)
        chan_select(chan_on_send(b->notices, 1), chan_on_recv(b->stop, NULL));
#else
    if (!b->closed)
        chan_send(b->notices, 1); /* BUG */
#endif
    pthread_mutex_unlock(&b->lock);
}

static void watch(void *arg)
{
    struct balancer *b = arg;
    chan_select(chan_on_recv(b->notices, NULL), chan_on_recv(b->stop, NULL));
}

static void close_balancer(void *arg)
{
    struct balancer *b = arg;
    chan_close(b->stop);
    pthread_mutex_lock(&b->lock); /* BUG */
    b->closed = true;
    pthread_mutex_unlock(&b->lock);
}

int main(void)
{
    struct balancer b = {PTHREAD_MUTEX_INITIALIZER, false, chan_make(int, 0),
                         chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, up, &b);
    wg_go(&wg, watch, &b);
    wg_go(&wg, close_balancer, &b);
    wg_wait(&wg);
    chan_free(b.notices);
    chan_free(b.stop);
}
