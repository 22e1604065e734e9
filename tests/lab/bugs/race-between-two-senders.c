/* race-between-two-senders -- Two senders of one buffered channel count in one
 * variable.
 *
 * The channel orders a send before its receive, but not one send before another. The
 * lock inside the channel must not hide that.
 *
 * Class: further, hidden race
 * Structure of: two producers and one counter
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdatomic.h>

struct producers {
    chan(int) out;
#ifdef FIXED
    atomic_int sent;
#else
    int sent;
#endif
};

static void produce(void *arg)
{
    struct producers *p = arg;
    chan_send(p->out, 1);
    p->sent++; /* BUG */
    chan_send(p->out, 2);
}

int main(void)
{
    struct producers p = {.out = chan_make(int, 4)};
    struct waitgroup wg = {0};
    wg_go(&wg, produce, &p);
    wg_go(&wg, produce, &p);
    wg_wait(&wg);
    chan_free(p.out);
}
