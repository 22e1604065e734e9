/* unserved -- a select of three channels, none of which has another end.
 *
 * The goroutine that sent to `a` has ended, none has used `b`, and `c` is NULL.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static void greet(void *arg)
{
    chan(int) a = arg;
    chan_send(a, 1);
}

int main(void)
{
    chan(int) a = chan_make(int, 0), b = chan_make(int, 0), c = NULL;
    int n;
    go(greet, a);
    chan_recv(a, &n);
    /* main waits */
    chan_select(chan_on_recv(a, &n), chan_on_send(b, 7), chan_on_recv(c, &n));
}
