/* value-used-after-it-was-sent -- A sender uses what it has sent, and the receiver
 * frees it.
 *
 * Class: further, use after free
 * Structure of: a sender that looks back
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdlib.h>

static void receiver(void *arg)
{
    chan(int *) values = arg;
    int *v;
    while (chan_recv(values, &v))
        free(v); /* BUG */
}

int main(void)
{
    struct waitgroup wg = {0};
    chan(int *) values = chan_make(int *, 1);
    wg_go(&wg, receiver, values);
    int *v = calloc(1, sizeof *v);
    if (!v)
        abort();
#ifdef FIXED
    *v = 5;
    chan_send(values, v);
#else
    chan_send(values, v);
    *v = 5; /* BUG */
#endif
    chan_close(values);
    wg_wait(&wg);
    chan_free(values);
}
