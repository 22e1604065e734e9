/* object-removed-before-its-late-user -- A close removes the balancer, and the
 * resolver's goroutine uses it afterwards.
 *
 * The mutex is held both times, so this is no data race but a NULL pointer.
 *
 * A crash is reported with the last call before it, which is the lock here.
 *
 * Class: non-blocking, Go-specific, channel misuse
 * Structure of: grpc 2371
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct balancer {
    chan(int) updates;
};

struct connection {
    pthread_mutex_t lock;
    struct balancer *balancer;
};

static void watcher(void *arg)
{
    struct connection *c = arg;
    pthread_mutex_lock(&c->lock); /* BUG */
#ifdef FIXED
    if (c->balancer)
#endif
        chan_send(c->balancer->updates, 1); /* BUG */
    pthread_mutex_unlock(&c->lock);
}

static void close_connection(void *arg)
{
    struct connection *c = arg;
    pthread_mutex_lock(&c->lock);
    c->balancer = NULL;
    pthread_mutex_unlock(&c->lock);
}

int main(void)
{
    struct balancer b = {chan_make(int, 1)};
    struct connection c = {PTHREAD_MUTEX_INITIALIZER, &b};
    struct waitgroup wg = {0};
    wg_go(&wg, watcher, &c);
    wg_go(&wg, close_connection, &c);
    wg_wait(&wg);
    chan_free(b.updates);
}
