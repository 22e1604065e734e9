/* event-sent-with-the-lock-of-its-handler -- Events are sent with the mutex that the
 * handler takes before it receives on.
 *
 * Class: blocking, mixed, channel and lock
 * Structure of: istio 16224
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct store {
    pthread_mutex_t lock;
    int handled;
    chan(int) events;
};

static void handle(void *arg)
{
    struct store *s = arg;
    for (int n; chan_recv(s->events, &n);) {
        pthread_mutex_lock(&s->lock); /* BUG */
        s->handled += n;
        pthread_mutex_unlock(&s->lock);
    }
}

static void schedule(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    int n = s->handled + 1;
#ifdef FIXED
    pthread_mutex_unlock(&s->lock);
    chan_send(s->events, n);
    chan_send(s->events, n);
#else
    chan_send(s->events, n);
    chan_send(s->events, n); /* BUG */
    pthread_mutex_unlock(&s->lock);
#endif
}

int main(void)
{
    struct store s = {PTHREAD_MUTEX_INITIALIZER, 0, chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, handle, &s);
    schedule(&s);
    chan_close(s.events);
    wg_wait(&wg);
    chan_free(s.events);
}
