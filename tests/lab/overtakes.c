/* overtakes -- broken: main sleeps so that its workers are done before it looks. It exits with
 * status 1 if it has overtaken all of them.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

enum { WORKERS = 8 };

static atomic_int done;

static void worker(void *arg)
{
    chan_recv((chan(int))arg, NULL);
    atomic_fetch_add(&done, 1);
}

int main(void)
{
    struct waitgroup wg = {0};
    chan(int) begin = chan_make(int, 0);
    for (int i = 0; i < WORKERS; i++)
        wg_go(&wg, worker, begin);
    sleep_ms(10); /* the workers wait */
    chan_close(begin);
    sleep_ms(10); /* the workers work */
    bool overtaken = atomic_load(&done) == 0;
    wg_wait(&wg);
    chan_free(begin);
    return overtaken;
}
