/* addresses-sent-with-the-lock -- A balancer sends addresses with its mutex, and the
 * receiver calls the balancer.
 *
 * Class: blocking, mixed, channel and lock
 * Structure of: grpc 1353
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct balancer {
    pthread_mutex_t lock;
    int up;
    chan(int) addresses;
};

static void update(void *arg)
{
    struct balancer *b = arg;
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&b->lock); /* BUG */
        int n = b->up;
#ifdef FIXED
        pthread_mutex_unlock(&b->lock);
        chan_send(b->addresses, n);
#else
        chan_send(b->addresses, n); /* BUG */
        pthread_mutex_unlock(&b->lock);
#endif
    }
    chan_close(b->addresses);
}

static void watch(void *arg)
{
    struct balancer *b = arg;
    for (int n; chan_recv(b->addresses, &n);) {
        pthread_mutex_lock(&b->lock); /* BUG */
        b->up = n + 1;
        pthread_mutex_unlock(&b->lock);
    }
}

int main(void)
{
    struct balancer b = {PTHREAD_MUTEX_INITIALIZER, 0, chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, update, &b);
    wg_go(&wg, watch, &b);
    wg_wait(&wg);
    chan_free(b.addresses);
}
