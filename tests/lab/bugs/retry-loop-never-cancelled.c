/* retry-loop-never-cancelled -- A dial returns with an error, and its retry loop goes
 * on forever.
 *
 * The loop waits with a time limit, so it never blocks for good.
 *
 * Class: blocking, communication, channel and context
 * Structure of: grpc 862
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct connection {
    chan(int) cancel;
};

static void retry(void *arg)
{
    struct connection *c = arg;
    while (chan_select(chan_on_recv(c->cancel, NULL), chan_on_timeout_ms(5)) !=
           0) /* BUG */
        ;
    chan_free(c->cancel);
}

static bool dial(struct waitgroup *wg)
{
    struct connection c = {chan_make(int, 0)};
    wg_go(wg, retry, c); /* BUG */
    sleep_ms(12);
#ifdef FIXED
    chan_close(c.cancel);
#endif
    return false;
}

int main(void)
{
    struct waitgroup wg = {0};
    if (dial(&wg))
        return 1;
#ifdef FIXED
    wg_wait(&wg);
#endif
}
