/* unclosed -- main receives until the channel is closed, and it is never closed.
 *
 * The numbers arrive, then main waits forever. The laboratory reports that the sender
 * has ended.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static void count(void *arg)
{
    chan(int) numbers = arg;
    for (int i = 1; i <= 3; i++)
        chan_send(numbers, i);
    /* chan_close(numbers) is what lacks */
}

int main(void)
{
    chan(int) numbers = chan_make(int, 0);
    go(count, numbers);
    for (int n; chan_recv(numbers, &n);) /* main waits */
        printf("%d\n", n);
    chan_free(numbers);
}
