/* two-loops-send-to-each-other -- Two loops send to each other, and neither receives
 * while it sends.
 *
 * Class: blocking, communication, channel
 * Structure of: cockroach 2448
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct store {
    chan(int) events, callbacks, stop;
};

static void raft(void *arg)
{
    struct store *s = arg;
    for (int i = 0; i < 2; i++) {
#ifdef FIXED
        while (chan_select(chan_on_send(s->events, i),
                           chan_on_recv(s->callbacks, NULL)) != 0)
            ;
#else
        chan_select(chan_on_send(s->events, i),
                    chan_on_recv(s->stop, NULL)); /* BUG */
#endif
    }
    chan_recv(s->callbacks, NULL);
}

static void process(void *arg)
{
    struct store *s = arg;
    chan_recv(s->events, NULL);
    chan_select(chan_on_send(s->callbacks, 1),
                chan_on_recv(s->stop, NULL)); /* BUG */
    chan_recv(s->events, NULL);
#ifdef FIXED
    chan_send(s->callbacks, 2);
#endif
}

int main(void)
{
    struct store s = {chan_make(int, 0), chan_make(int, 0), chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, raft, s);
    wg_go(&wg, process, s);
    wg_wait(&wg);
    chan_free(s.events);
    chan_free(s.callbacks);
    chan_free(s.stop);
}
