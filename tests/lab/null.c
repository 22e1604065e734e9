/* null -- a channel that was never made: a receive from NULL waits forever.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static struct {
    chan(int) jobs;
} shop;

static void worker(void *arg)
{
    (void)arg;
    for (int job; chan_recv(shop.jobs, &job);) /* worker waits */
        continue;
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, worker); /* started */
    wg_wait(&wg);       /* main waits */
}
