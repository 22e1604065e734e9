/* work-sent-after-close -- A pool closes its queue while another goroutine still
 * submits work.
 *
 * Class: non-blocking, Go-specific, channel misuse
 * Structure of: serving 3068
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct pool {
    chan(int) work;
};

static void worker(void *arg)
{
    struct pool *p = arg;
    while (chan_recv(p->work, NULL))
        ;
}

static void submit(void *arg)
{
    struct pool *p = arg;
    chan_send(p->work, 1); /* BUG */
}

int main(void)
{
    struct pool p = {chan_make(int, 1)};
    struct waitgroup workers = {0}, submitters = {0};
    wg_go(&workers, worker, p);
    wg_go(&submitters, submit, p);
#ifdef FIXED
    wg_wait(&submitters);
#endif
    chan_close(p.work);
    wg_wait(&submitters);
    wg_wait(&workers);
    chan_free(p.work);
}
