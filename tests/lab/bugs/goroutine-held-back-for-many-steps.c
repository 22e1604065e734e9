/* goroutine-held-back-for-many-steps -- A goroutine sets a limit, and another one
 * uses it after eight steps of its own.
 *
 * Only a schedule that holds the first goroutine back for all eight steps shows the
 * bug.
 *
 * Class: further, order violation
 * Structure of: a bug of depth one
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <assert.h>

struct plan {
    pthread_mutex_t lock;
    int limit;
    chan(int) steps, set;
};

static void set_limit(void *arg)
{
    struct plan *p = arg;
    pthread_mutex_lock(&p->lock);
    p->limit = 5;
    pthread_mutex_unlock(&p->lock);
    chan_close(p->set);
}

static void work(void *arg)
{
    struct plan *p = arg;
    for (int i = 0; i < 8; i++)
        chan_send(p->steps, i);
#ifdef FIXED
    chan_recv(p->set, NULL);
#endif
    pthread_mutex_lock(&p->lock);
    assert(p->limit == 5); /* BUG */
    pthread_mutex_unlock(&p->lock);
}

int main(void)
{
    struct plan p = {PTHREAD_MUTEX_INITIALIZER, 0, chan_make(int, 8),
                     chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, set_limit, &p);
    wg_go(&wg, work, &p);
    wg_wait(&wg);
    chan_free(p.steps);
    chan_free(p.set);
}
