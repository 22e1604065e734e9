/* counter-of-parallel-workers -- Workers that share a queue count in one variable.
 *
 * The first worker often empties the queue before the second has started. Then no run
 * shows the race.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: kubernetes 81091
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct filter {
    pthread_mutex_t lock;
    int calls;
    chan(int) pieces;
};

static void worker(void *arg)
{
    struct filter *f = arg;
    for (int n; chan_recv(f->pieces, &n);) {
#ifdef FIXED
        pthread_mutex_lock(&f->lock);
#endif
        f->calls++; /* BUG */
#ifdef FIXED
        pthread_mutex_unlock(&f->lock);
#endif
    }
}

int main(void)
{
    struct filter f = {PTHREAD_MUTEX_INITIALIZER, 0, chan_make(int, 2)};
    struct waitgroup wg = {0};
    chan_send(f.pieces, 0);
    chan_send(f.pieces, 1);
    chan_close(f.pieces);
    wg_go(&wg, worker, &f);
    wg_go(&wg, worker, &f);
    wg_wait(&wg);
    chan_free(f.pieces);
}
