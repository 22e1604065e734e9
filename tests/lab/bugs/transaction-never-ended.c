/* transaction-never-ended -- A transaction begins and is never committed, and main
 * returns at once.
 *
 * Class: blocking, communication, channel and context
 * Structure of: cockroach 13197
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct transaction {
    chan(int) done;
};

static void await_done(void *arg)
{
    struct transaction *t = arg;
    chan_recv(t->done, NULL); /* BUG */
}

static void begin(struct transaction *t, struct waitgroup *wg)
{
    t->done = chan_make(int, 0);
    wg_go(wg, await_done, *t);
}

int main(void)
{
    struct waitgroup wg = {0};
    struct transaction t;
    begin(&t, &wg);
#ifdef FIXED
    chan_close(t.done);
    wg_wait(&wg);
    chan_free(t.done);
#endif
}
