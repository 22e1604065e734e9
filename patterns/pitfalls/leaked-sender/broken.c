/* leaked-sender, broken -- after a timeout the reply is never received.
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

static void request(void)
{
    chan(int) reply = chan_make(int, 0);
    int value;
    go(fetch, reply);

    if (chan_select(chan_on_recv(reply, &value), chan_on_timeout_ms(10)) == 0)
        printf("reply: %d\n", value);
    else
        puts("timeout: no reply within 10 ms");
}

int main(void)
{
    request();
    sleep_ms(50); /* stands for other work */
    puts("main: done");
}
