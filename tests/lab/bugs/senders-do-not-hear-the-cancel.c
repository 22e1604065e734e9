/* senders-do-not-hear-the-cancel -- A receiver listens to the cancel, its sender only
 * sends.
 *
 * Class: blocking, communication, channel and context
 * Structure of: cockroach 18101
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct restore {
    chan(int) ready, cancel;
};

static void split(void *arg)
{
    struct restore *r = arg;
    for (int i = 0; i < 4; i++) {
#ifdef FIXED
        if (chan_select(chan_on_send(r->ready, i),
                        chan_on_recv(r->cancel, NULL)) == 1)
            return;
#else
        chan_send(r->ready, i); /* BUG */
#endif
    }
}

static void import(void *arg)
{
    struct restore *r = arg;
    for (int i = 0; i < 4; i++)
        if (chan_select(chan_on_recv(r->ready, NULL),
                        chan_on_recv(r->cancel, NULL)) == 1)
            return;
}

int main(void)
{
    struct restore r = {chan_make(int, 0), chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, split, r);
    wg_go(&wg, import, r);
    chan_close(r.cancel);
    wg_wait(&wg);
    chan_free(r.ready);
    chan_free(r.cancel);
}
