/* send-meets-the-close-of-its-receiver -- A watcher closes the channel when it
 * returns, and its manager sends to it.
 *
 * Class: non-blocking, Go-specific, channel misuse
 * Structure of: serving 5865
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct watcher {
    chan(int) destinations;
};

static void run(void *arg)
{
    struct watcher *w = arg;
#ifdef FIXED
    while (chan_recv(w->destinations, NULL))
        ;
#else
    chan_recv(w->destinations, NULL);
    chan_close(w->destinations);
#endif
}

int main(void)
{
    struct watcher w = {chan_make(int, 1)};
    struct waitgroup wg = {0};
    wg_go(&wg, run, w);
    chan_send(w.destinations, 1);
    chan_send(w.destinations, 2); /* BUG */
#ifdef FIXED
    chan_close(w.destinations);
#endif
    wg_wait(&wg);
    chan_free(w.destinations);
}
