/* event-sent-while-remove-awaits-it -- A receiver stops to remove the watch, and
 * removal waits for its last event.
 *
 * Class: blocking, communication, channel and condition
 * Structure of: moby 27782
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct watcher {
    pthread_mutex_t lock;
    pthread_cond_t ignored;
    bool removed;
    chan(int) events, closed;
};

static void read_events(void *arg)
{
    struct watcher *w = arg;
#ifdef FIXED
    chan_select(chan_on_send(w->events, 1), chan_on_recv(w->closed, NULL));
#else
    chan_send(w->events, 1); /* BUG */
#endif
    pthread_mutex_lock(&w->lock);
    w->removed = true;
    pthread_cond_broadcast(&w->ignored);
    pthread_mutex_unlock(&w->lock);
}

static void follow(void *arg)
{
    struct watcher *w = arg;
    chan_select(chan_on_recv(w->events, NULL), chan_on_recv(w->closed, NULL));
    pthread_mutex_lock(&w->lock);
    while (!w->removed)
        pthread_cond_wait(&w->ignored, &w->lock); /* BUG */
    pthread_mutex_unlock(&w->lock);
}

int main(void)
{
    struct watcher w = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER,
                        false, chan_make(int, 0), chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, follow, &w);
    wg_go(&wg, read_events, &w);
    chan_close(w.closed);
    wg_wait(&wg);
    chan_free(w.events);
    chan_free(w.closed);
}
