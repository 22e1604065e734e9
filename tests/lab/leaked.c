/* leaked -- a receiver that stops waiting after a timeout blocks its sender forever.
 *
 * The program exits with status 0. Only with CHAN_LEAKS=1 the laboratory reports the
 * goroutine that is still blocked, and the channel that main could not free.
 * A capacity of 1 would fix it: then the answer has a free slot.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static void look_up(void *arg)
{
    chan(int) answer = arg;
    sleep_ms(800);
    chan_send(answer, 42); /* blocked */
}

int main(void)
{
    chan(int) answer = chan_make(int, 0); /* made */
    int n = 0;
    go(look_up, answer); /* started */
    if (chan_select(chan_on_recv(answer, &n), chan_on_timeout_ms(1)) == 1)
        puts("no answer in time");
    sleep_ms(2000); /* main goes on with something else */
}
