/* cancelled-reader-leaves-its-senders -- A reader returns on cancel without reading
 * on, and its senders stay.
 *
 * Class: blocking, communication, channel and context
 * Structure of: cockroach 10790
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

enum { COMMANDS = 3 };

struct replica {
    chan(int) results, cancel;
};

static void command(void *arg)
{
    struct replica *r = arg;
    chan_send(r->results, 1); /* BUG */
}

static void begin_commands(struct replica *r)
{
    for (int i = 0; i < COMMANDS; i++)
        if (chan_select(chan_on_recv(r->results, NULL),
                        chan_on_recv(r->cancel, NULL)) == 1)
            return;
}

static void cancel(void *arg)
{
    struct replica *r = arg;
    chan_close(r->cancel);
}

int main(void)
{
#ifdef FIXED
    struct replica r = {chan_make(int, COMMANDS), chan_make(int, 0)};
#else
    struct replica r = {chan_make(int, 0), chan_make(int, 0)};
#endif
    struct waitgroup wg = {0};
    for (int i = 0; i < COMMANDS; i++)
        wg_go(&wg, command, r);
    wg_go(&wg, cancel, r);
    begin_commands(&r);
    wg_wait(&wg);
    chan_free(r.results);
    chan_free(r.cancel);
}
