/* cancel-stops-at-the-first-full-input -- A cancel is sent to each input in turn, and
 * the first one is full.
 *
 * The reader waits for the second input, which would have got the cancel next.
 *
 * Class: blocking, communication, channel
 * Structure of: cockroach 35931
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

enum { CANCEL = -1 };

static void reader(void *arg)
{
    chan(int) *inputs = arg;
    int n = 0;
    while (n != CANCEL)
        chan_recv(inputs[1], &n); /* BUG */
    for (n = 0; n != CANCEL;)
        chan_recv(inputs[0], &n);
}

static void cancel(void *arg)
{
    chan(int) *inputs = arg;
#ifdef FIXED
    chan_send(inputs[1], CANCEL);
    chan_send(inputs[0], CANCEL);
#else
    chan_send(inputs[0], CANCEL); /* BUG */
    chan_send(inputs[1], CANCEL);
#endif
}

int main(void)
{
    chan(int) inputs[2] = {chan_make(int, 1), chan_make(int, 1)};
    struct waitgroup wg = {0};
    chan_send(inputs[0], 7);
    wg_go(&wg, reader, inputs);
    wg_go(&wg, cancel, inputs);
    wg_wait(&wg);
    chan_free(inputs[0]);
    chan_free(inputs[1]);
}
