/* write-after-the-last-write -- A handler writes its status, which closes the
 * channel, and then writes again.
 *
 * Class: non-blocking, Go-specific, channel misuse
 * Structure of: grpc 1687
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct transport {
    chan(int) writes, closed;
};

static void write_one(struct transport *t)
{
    chan_select(chan_on_send(t->writes, 1),
                chan_on_recv(t->closed, NULL)); /* BUG */
}

static void write_status(struct transport *t)
{
    write_one(t);
#ifndef FIXED
    chan_close(t->writes);
#endif
}

static void handler(void *arg)
{
    struct transport *t = arg;
    write_status(t);
    write_one(t);
#ifdef FIXED
    chan_close(t->writes);
#endif
}

int main(void)
{
    struct transport t = {chan_make(int, 0), chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, handler, t);
    while (chan_recv(t.writes, NULL))
        ;
    wg_wait(&wg);
    chan_free(t.writes);
    chan_free(t.closed);
}
