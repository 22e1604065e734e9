/* counter-atomic-in-one-place-only -- A state is put into a queue before its counter
 * is set, and a worker counts down.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: serving 6472
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdatomic.h>

struct state {
    atomic_int pending;
    int total;
};

static void worker(void *arg)
{
    chan(struct state *) queue = arg;
    for (struct state *s; chan_recv(queue, &s);) {
        atomic_fetch_sub(&s->pending, 1);
        s->total--; /* BUG */
    }
}

int main(void)
{
    struct state s = {0, 0};
    struct waitgroup wg = {0};
    chan(struct state *) queue = chan_make(struct state *, 1);
    wg_go(&wg, worker, queue);
#ifdef FIXED
    atomic_fetch_add(&s.pending, 1);
    s.total++;
    chan_send(queue, &s);
#else
    chan_send(queue, &s);
    atomic_fetch_add(&s.pending, 1);
    s.total++; /* BUG */
#endif
    chan_close(queue);
    wg_wait(&wg);
    chan_free(queue);
}
