/* writer-fills-reset-channel-with-the-lock -- A writer sends to a full channel with
 * the mutex that its monitor needs to close it.
 *
 * Class: blocking, mixed, channel and lock
 * Structure of: kubernetes 6632
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct idle {
    pthread_mutex_t lock;
    bool closed;
    chan(int) reset, close;
};

static void monitor(void *arg)
{
    struct idle *i = arg;
    while (chan_select(chan_on_recv(i->reset, NULL),
                       chan_on_recv(i->close, NULL)) == 0)
        ;
    pthread_mutex_lock(&i->lock); /* BUG */
    i->closed = true;
    pthread_mutex_unlock(&i->lock);
}

static void write_frame(void *arg)
{
    struct idle *i = arg;
    pthread_mutex_lock(&i->lock);
#ifdef FIXED
    if (!i->closed)
        chan_select(chan_on_send(i->reset, 1), CHAN_DEFAULT);
#else
    if (!i->closed)
        chan_send(i->reset, 1); /* BUG */
#endif
    pthread_mutex_unlock(&i->lock);
}

int main(void)
{
    struct idle i = {PTHREAD_MUTEX_INITIALIZER, false, chan_make(int, 0),
                     chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, monitor, &i);
    wg_go(&wg, write_frame, &i);
    chan_close(i.close);
    wg_wait(&wg);
    chan_free(i.reset);
    chan_free(i.close);
}
