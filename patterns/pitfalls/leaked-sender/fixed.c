/* leaked-sender, fixed -- a late reply goes into the buffer.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static void fetch(void *arg)
{
    chan(int) reply = arg;
    sleep_ms(30); /* stands for a slow server */
    chan_send(reply, 42);
}

static void request(chan(int) reply, struct waitgroup *fetches)
{
    int value;
    wg_go(fetches, fetch, reply);

    if (chan_select(chan_on_recv(reply, &value), chan_on_timeout_ms(10)) == 0)
        printf("reply: %d\n", value);
    else
        puts("timeout: no reply within 10 ms");
}

int main(void)
{
    chan(int) reply = chan_make(int, 1); /* one slot for the only reply */
    struct waitgroup fetches = {0};
    request(reply, &fetches);
    sleep_ms(50); /* stands for other work */

    wg_wait(&fetches); /* After this, no goroutine can send to reply. */
    chan_free(reply);
    puts("main: done");
}
