/* stop-waits-for-a-sender-without-receiver -- A stop function waits for workers, and
 * one of them sends to a loop that has ended.
 *
 * Class: blocking, mixed, channel and wait group
 * Structure of: cockroach 1462
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct transport {
    chan(int) events, stop;
};

static void sender(void *arg)
{
    struct transport *t = arg;
#ifdef FIXED
    chan_select(chan_on_send(t->events, 1), chan_on_recv(t->stop, NULL));
#else
    if (chan_select(chan_on_recv(t->stop, NULL), CHAN_DEFAULT) == 1)
        chan_send(t->events, 1); /* BUG */
#endif
}

static void process(void *arg)
{
    struct transport *t = arg;
    while (chan_select(chan_on_recv(t->events, NULL),
                       chan_on_recv(t->stop, NULL)) == 0)
        ;
}

int main(void)
{
    struct transport t = {chan_make(int, 0), chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, sender, t);
    wg_go(&wg, process, t);
    chan_close(t.stop);
    wg_wait(&wg); /* BUG */
    chan_free(t.events);
    chan_free(t.stop);
}
