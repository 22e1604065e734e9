/* request-sent-to-a-stopped-loop -- A client sends its request to a loop that has
 * been stopped meanwhile.
 *
 * Class: blocking, communication, channel
 * Structure of: etcd 6857
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct node {
    chan(int) status, stop, done;
};

static void loop(void *arg)
{
    struct node *n = arg;
    for (;;) {
        switch (chan_select(chan_on_recv(n->status, NULL),
                            chan_on_recv(n->stop, NULL))) {
        case 0:
            break;
        case 1:
            chan_close(n->done);
            return;
        }
    }
}

static void client(void *arg)
{
    struct node *n = arg;
#ifdef FIXED
    chan_select(chan_on_send(n->status, 1), chan_on_recv(n->done, NULL));
#else
    chan_send(n->status, 1); /* BUG */
#endif
}

static void stop(void *arg)
{
    struct node *n = arg;
    chan_send(n->stop, 1);
    chan_recv(n->done, NULL);
}

int main(void)
{
    struct node n = {chan_make(int, 0), chan_make(int, 0), chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, loop, n);
    wg_go(&wg, client, n);
    wg_go(&wg, stop, n);
    wg_wait(&wg);
    chan_free(n.status);
    chan_free(n.stop);
    chan_free(n.done);
}
