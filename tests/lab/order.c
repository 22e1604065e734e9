/* order -- a mistake that needs one order of five goroutines out of 120.
 *
 * A lock of five digits, each dialled by a goroutine of its own. It opens at
 * 4 1 5 2 3 only. Without a seed that order may take days to occur. With CHAN_SEED
 * each seed gives another order, and the same seed always gives the same one.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct dial {
    int digit;
    chan(int) lock;
};

static void dial(void *arg)
{
    const struct dial *d = arg;
    chan_send(d->lock, d->digit);
}

int main(void)
{
    struct waitgroup wg = {0};
    chan(int) lock = chan_make(int, 5);
    int dialled = 0;
    for (int i = 1; i <= 5; i++)
        wg_go(&wg, dial, (struct dial){i, lock});
    wg_wait(&wg);
    chan_close(lock);
    for (int digit; chan_recv(lock, &digit);)
        dialled = 10 * dialled + digit;
    chan_free(lock);
    printf("%d\n", dialled);
    return dialled == 41523;
}
