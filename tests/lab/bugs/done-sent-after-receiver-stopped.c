/* done-sent-after-receiver-stopped -- A worker reports its end to a parent that was
 * stopped and has returned.
 *
 * Class: blocking, communication, channel
 * Structure of: grpc 660
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct bench {
    chan(int) stop, done;
};

static void worker(void *arg)
{
    struct bench *b = arg;
    chan_send(b->done, 1); /* BUG */
}

static void stopper(void *arg)
{
    struct bench *b = arg;
    chan_send(b->stop, 1); /* BUG */
}

int main(void)
{
#ifdef FIXED
    struct bench b = {chan_make(int, 1), chan_make(int, 1)};
#else
    struct bench b = {chan_make(int, 0), chan_make(int, 0)};
#endif
    struct waitgroup wg = {0};
    wg_go(&wg, worker, b);
    wg_go(&wg, stopper, b);
    chan_select(chan_on_recv(b.done, NULL), chan_on_recv(b.stop, NULL));
    wg_wait(&wg);
    chan_free(b.stop);
    chan_free(b.done);
}
