/* goes_on -- correct: main's thread ends, and the goroutines go on.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static void ping(void *arg)
{
    chan(int) ball = arg;
    for (int i = 0; i < 20; i++) {
        sleep_ms(5);
        chan_send(ball, i);
    }
    chan_close(ball);
}

static void pong(void *arg)
{
    chan(int) ball = arg;
    int last = 0;
    for (int n; chan_recv(ball, &n);)
        last = n;
    printf("%d\n", last);
    chan_free(ball);
    exit(0);
}

int main(void)
{
    chan(int) ball = chan_make(int, 0);
    go(ping, ball);
    go(pong, ball);
    pthread_exit(NULL);
}
