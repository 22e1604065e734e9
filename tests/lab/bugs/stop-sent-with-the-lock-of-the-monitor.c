/* stop-sent-with-the-lock-of-the-monitor -- A health monitor locks between two looks
 * at its stop channel, and stop is sent with that lock.
 *
 * Class: blocking, mixed, channel and lock
 * Structure of: moby 28462
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct container {
    pthread_mutex_t lock;
    int probes;
    chan(int) stop;
};

static void handle_probe(struct container *c)
{
    pthread_mutex_lock(&c->lock); /* BUG */
    c->probes++;
    pthread_mutex_unlock(&c->lock);
}

static void monitor(void *arg)
{
    struct container *c = arg;
    while (chan_select(chan_on_recv(c->stop, NULL), CHAN_DEFAULT) == 1)
        handle_probe(c);
}

static void state_changed(void *arg)
{
    struct container *c = arg;
    pthread_mutex_lock(&c->lock);
#ifdef FIXED
    chan_close(c->stop);
#else
    chan_send(c->stop, 1); /* BUG */
#endif
    pthread_mutex_unlock(&c->lock);
}

int main(void)
{
    struct container c = {PTHREAD_MUTEX_INITIALIZER, 0, chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, monitor, &c);
    wg_go(&wg, state_changed, &c);
    wg_wait(&wg);
    chan_free(c.stop);
}
