/* poller -- correct: one goroutine asks again and again, and takes a lock each time.
 *
 * The other goroutine needs the lock once. So the scheduler must switch to it at a
 * moment when the first one does not hold the lock. `poller channel` does the same
 * with a channel of capacity 1 in place of the mutex. With `poller locked` the first one
 * holds the mutex while it asks.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct counter {
    pthread_mutex_t mutex;
    chan(bool) slot, stop; /* slot is NULL, or used instead of the mutex */
    int probes;            /* guarded by either */
};

static void lock(struct counter *c)
{
    if (c->slot)
        chan_send(c->slot, true);
    else
        pthread_mutex_lock(&c->mutex);
}

static void unlock(struct counter *c)
{
    if (c->slot)
        chan_recv(c->slot, NULL);
    else
        pthread_mutex_unlock(&c->mutex);
}

static void probe(void *arg)
{
    struct counter *c = arg;
    while (chan_select(chan_on_recv(c->stop, NULL), CHAN_DEFAULT) == 1) {
        lock(c);
        c->probes++;
        unlock(c);
    }
}

static void probe_locked(void *arg)
{
    struct counter *c = arg;
    for (int asks = 1; asks;) {
        lock(c);
        asks = chan_select(chan_on_recv(c->stop, NULL), CHAN_DEFAULT);
        c->probes++;
        unlock(c);
    }
}

static void reset(void *arg)
{
    struct counter *c = arg;
    lock(c);
    c->probes = 0;
    unlock(c);
    chan_close(c->stop);
}

int main(int argc, char **argv)
{
    struct counter c = {.mutex = PTHREAD_MUTEX_INITIALIZER,
                        .stop = chan_make(bool, 0)};
    struct waitgroup wg = {0};
    bool locked = argc > 1 && argv[1][0] == 'l';
    if (argc > 1 && !locked)
        c.slot = chan_make(bool, 1);
    wg_go(&wg, locked ? probe_locked : probe, &c);
    wg_go(&wg, reset, &c);
    wg_wait(&wg);
    chan_free(c.slot);
    chan_free(c.stop);
}
