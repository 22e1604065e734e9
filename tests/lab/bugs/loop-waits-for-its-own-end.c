/* loop-waits-for-its-own-end -- A dispatcher calls close, and close waits until the
 * dispatcher has ended.
 *
 * Class: blocking, communication, channel
 * Structure of: syncthing 5795
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct connection {
    chan(int) inbox, closed, stopped;
};

static void close_connection(struct connection *c)
{
    chan_close(c->closed);
#ifndef FIXED
    chan_recv(c->stopped, NULL); /* BUG */
#endif
}

static void dispatch(void *arg)
{
    struct connection *c = arg;
    for (;;) {
        int n;
        if (chan_select(chan_on_recv(c->inbox, &n),
                        chan_on_recv(c->closed, NULL)) == 1)
            break;
        if (n < 0)
            close_connection(c);
    }
    chan_close(c->stopped);
}

int main(void)
{
    struct connection c = {chan_make(int, 0), chan_make(int, 0),
                           chan_make(int, 0)};
    go(dispatch, &c);
    chan_send(c.inbox, 1);
    chan_send(c.inbox, -1);
    chan_recv(c.stopped, NULL); /* BUG */
    chan_free(c.inbox);
    chan_free(c.closed);
    chan_free(c.stopped);
}
