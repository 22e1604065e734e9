/* copied -- a wait group passed by value: each goroutine has its own copy.
 *
 * The counter of the copy comes down to zero, that of the original never does. The
 * laboratory reports the goroutine that used a copy, and the line.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static void work(void *arg)
{
    struct waitgroup *wg = arg; /* points to the copy that go() made */
    wg_done(wg);                /* used */
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_add(&wg, 1); /* added */
    go(work, wg);   /* `&wg` is what was meant */
    wg_wait(&wg);   /* main waits */
}
