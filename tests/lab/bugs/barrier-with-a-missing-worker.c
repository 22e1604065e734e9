/* barrier-with-a-missing-worker -- A barrier waits for three workers, and only two
 * are started.
 *
 * Class: further, other locks
 * Structure of: a barrier
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_barrier_t barrier;

static void worker(void *arg)
{
    (void)arg;
    pthread_barrier_wait(&barrier); /* BUG */
}

int main(void)
{
    struct waitgroup wg = {0};
#ifdef FIXED
    pthread_barrier_init(&barrier, NULL, 2);
#else
    pthread_barrier_init(&barrier, NULL, 3);
#endif
    wg_go(&wg, worker);
    wg_go(&wg, worker);
    wg_wait(&wg);
    pthread_barrier_destroy(&barrier);
}
