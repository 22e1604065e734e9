/* callback-counts-without-a-lock -- A cache calls back from its goroutine, and the
 * test reads what it counts.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: istio 8144
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct recorder {
    int callbacks;
    chan(int) called;
};

static void evicter(void *arg)
{
    struct recorder *r = arg;
    r->callbacks++; /* BUG */
    chan_send(r->called, 1);
}

int main(void)
{
    struct recorder r = {0, chan_make(int, 1)};
    struct waitgroup wg = {0};
    wg_go(&wg, evicter, &r);
#ifdef FIXED
    chan_recv(r.called, NULL);
#endif
    volatile int n = r.callbacks; /* BUG */
    (void)n;
    wg_wait(&wg);
    chan_free(r.called);
}
