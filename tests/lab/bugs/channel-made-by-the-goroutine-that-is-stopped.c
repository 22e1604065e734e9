/* channel-made-by-the-goroutine-that-is-stopped -- A loop makes its stop channel
 * itself, while its owner already uses the variable.
 *
 * Class: non-blocking, Go-specific, channel misuse
 * Structure of: etcd 3077
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct node {
    chan(int) stop, done;
};

static void run(void *arg)
{
    struct node *n = arg;
#ifndef FIXED
    n->stop = chan_make(int, 1); /* BUG */
#endif
    chan_recv(n->done, NULL);
}

static void stop(struct node *n)
{
    if (n->stop) /* BUG */
        chan_send(n->stop, 1);
}

int main(void)
{
    struct node n = {NULL, chan_make(int, 0)};
    struct waitgroup wg = {0};
#ifdef FIXED
    n.stop = chan_make(int, 1);
#endif
    wg_go(&wg, run, &n);
    stop(&n);
    chan_close(n.done);
    wg_wait(&wg);
    chan_free(n.stop);
    chan_free(n.done);
}
