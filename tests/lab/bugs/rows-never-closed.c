/* rows-never-closed -- A query's rows are not closed, so the goroutine behind them
 * waits forever.
 *
 * Class: blocking, communication, channel and context
 * Structure of: cockroach 13755
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct rows {
    chan(int) cancel;
    struct waitgroup *wg;
};

static void await_done(void *arg)
{
    struct rows *r = arg;
    chan_recv(r->cancel, NULL); /* BUG */
}

static void query(struct rows *r, struct waitgroup *wg)
{
    r->cancel = chan_make(int, 0);
    r->wg = wg;
    wg_go(wg, await_done, *r);
}

static void close_rows(struct rows *r)
{
    chan_close(r->cancel);
    wg_wait(r->wg);
    chan_free(r->cancel);
}

int main(void)
{
    struct waitgroup wg = {0};
    struct rows r;
    query(&r, &wg);
    sleep_ms(1);
#ifdef FIXED
    close_rows(&r);
#else
    (void)close_rows;
#endif
}
