/* distribute-sends-with-the-lock-of-stop -- A distributor sends with the mutex, and
 * only stop, which needs it, would end the send.
 *
 * Class: blocking, mixed, channel and lock
 * Structure of: kubernetes 1321
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct mux {
    pthread_mutex_t lock;
    bool watched;
    chan(int) result, stop;
};

static void distribute(void *arg)
{
    struct mux *m = arg;
    pthread_mutex_lock(&m->lock);
#ifdef FIXED
    if (m->watched)
        chan_select(chan_on_send(m->result, 1), chan_on_recv(m->stop, NULL));
#else
    if (m->watched)
        chan_send(m->result, 1); /* BUG */
#endif
    pthread_mutex_unlock(&m->lock);
}

static void stop_watching(struct mux *m)
{
    chan_close(m->stop);
    pthread_mutex_lock(&m->lock); /* BUG */
    m->watched = false;
    chan_close(m->result);
    pthread_mutex_unlock(&m->lock);
}

int main(void)
{
    struct mux m = {PTHREAD_MUTEX_INITIALIZER, true, chan_make(int, 0),
                    chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, distribute, &m);
    stop_watching(&m);
    wg_wait(&wg);
    chan_free(m.result);
    chan_free(m.stop);
}
