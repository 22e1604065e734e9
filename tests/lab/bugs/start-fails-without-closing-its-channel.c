/* start-fails-without-closing-its-channel -- A consumer fails while it starts, and
 * leaves its full channel to the sender.
 *
 * Class: blocking, communication, channel
 * Structure of: cockroach 35073
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct outbox {
    chan(int) rows, gone;
};

static bool connect(void)
{
    return false;
}

static void consume(void *arg)
{
    struct outbox *o = arg;
    if (!connect()) {
#ifdef FIXED
        chan_close(o->gone);
#endif
        return;
    }
    for (int n; chan_recv(o->rows, &n);)
        ;
}

static void produce(void *arg)
{
    struct outbox *o = arg;
    for (int row = 0; row < 3; row++) {
#ifdef FIXED
        if (chan_select(chan_on_send(o->rows, row),
                        chan_on_recv(o->gone, NULL)) == 1)
            return;
#else
        chan_send(o->rows, row); /* BUG */
#endif
    }
}

int main(void)
{
    struct outbox o = {chan_make(int, 1), chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, consume, o);
    wg_go(&wg, produce, o);
    wg_wait(&wg);
    chan_free(o.rows);
    chan_free(o.gone);
}
