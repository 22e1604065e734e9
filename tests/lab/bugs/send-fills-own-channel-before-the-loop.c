/* send-fills-own-channel-before-the-loop -- A start function sends to a full channel
 * that only its own loop would empty.
 *
 * Class: blocking, communication, channel
 * Structure of: cockroach 24808
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct compactor {
    chan(int) wake;
};

static void loop(void *arg)
{
    struct compactor *c = arg;
    chan_recv(c->wake, NULL);
}

static void start(struct compactor *c, struct waitgroup *wg)
{
#ifdef FIXED
    chan_select(chan_on_send(c->wake, 1), CHAN_DEFAULT);
#else
    chan_send(c->wake, 1); /* BUG */
#endif
    wg_go(wg, loop, *c);
}

int main(void)
{
    struct compactor c = {chan_make(int, 1)};
    struct waitgroup wg = {0};
    chan_send(c.wake, 1);
    start(&c, &wg);
    wg_wait(&wg);
    chan_free(c.wake);
}
