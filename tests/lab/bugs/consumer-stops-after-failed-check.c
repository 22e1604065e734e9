/* consumer-stops-after-failed-check -- A consumer stops at an unexpected value, and
 * its producers still send.
 *
 * Class: blocking, communication, channel
 * Structure of: moby 21233
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct transfer {
    chan(int) progress, watched;
};

static void produce(void *arg)
{
    struct transfer *t = arg;
    for (int i = 0; i < 4; i++) {
        if (i == 2)
            i++;                   /* progress may skip a step */
        chan_send(t->progress, i); /* BUG */
    }
    chan_close(t->progress);
}

static void watch(void *arg)
{
    struct transfer *t = arg;
    int n, expected = 0;
    while (chan_recv(t->progress, &n)) {
#ifdef FIXED
        expected = n;
#endif
        if (n != expected++)
            return;
    }
    chan_close(t->watched);
}

int main(void)
{
    struct transfer t = {chan_make(int, 0), chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, produce, t);
    wg_go(&wg, watch, t);
    chan_recv(t.watched, NULL); /* BUG */
    wg_wait(&wg);
    chan_free(t.progress);
    chan_free(t.watched);
}
