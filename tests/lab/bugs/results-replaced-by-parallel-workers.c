/* results-replaced-by-parallel-workers -- Workers that share a queue all write the
 * elements of one array.
 *
 * The first worker often empties the queue before the second has started. Then no run
 * shows the race.
 *
 * Class: non-blocking, Go-specific, captured variable
 * Structure of: kubernetes 70892
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct scores {
    pthread_mutex_t lock;
    int results[3];
    chan(int) pieces;
};

static void process(struct scores *s)
{
    for (int i = 0; i < 3; i++)
        if (s->results[i] != 4) /* BUG */
            s->results[i] = 7;  /* BUG */
}

static void worker(void *arg)
{
    struct scores *s = arg;
    while (chan_recv(s->pieces, NULL)) {
#ifdef FIXED
        pthread_mutex_lock(&s->lock);
#endif
        process(s);
#ifdef FIXED
        pthread_mutex_unlock(&s->lock);
#endif
    }
}

int main(void)
{
    struct scores s = {PTHREAD_MUTEX_INITIALIZER, {0}, chan_make(int, 2)};
    struct waitgroup wg = {0};
    chan_send(s.pieces, 0);
    chan_send(s.pieces, 1);
    chan_close(s.pieces);
    wg_go(&wg, worker, &s);
    wg_go(&wg, worker, &s);
    wg_wait(&wg);
    chan_free(s.pieces);
}
