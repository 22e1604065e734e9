/* bell -- correct: all goroutines are asleep, but a timer will wake them.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static void wait_for(void *arg)
{
    chan(int) start = arg;
    chan_recv(start, NULL);
}

static void ring(void *arg)
{
    chan(int) start = arg;
    chan(struct timespec) bell = chan_after_ms(100), tick = chan_tick_ms(20);
    chan_recv(bell, NULL);
    for (int i = 0; i < 3; i++)
        chan_recv(tick, NULL);
    chan_select(chan_on_recv(start, NULL), chan_on_timeout_ms(50));
    chan_close(start);
    chan_free(bell);
    chan_free(tick);
}

int main(void)
{
    struct waitgroup wg = {0};
    chan(int) start = chan_make(int, 0);
    for (int i = 0; i < 3; i++)
        wg_go(&wg, wait_for, start);
    wg_go(&wg, ring, start);
    wg_wait(&wg);
    chan_free(start);
}
