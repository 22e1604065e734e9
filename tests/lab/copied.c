/* copied -- a wait group passed by value: each works on a copy of its own.
 *
 * The copy comes down to zero, the original never does. The laboratory says
 * that a copy was used, by whom and where.
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
