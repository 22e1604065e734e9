/* last -- main waits forever, and a goroutine that ends is the last to do anything.
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static void nap(void *arg)
{
    (void)arg;
    sleep_ms(30);
}

int main(void)
{
    chan(int) never = chan_make(int, 0);
    go(nap);
    chan_recv(never, NULL);
}
