/* spurious-wake-up-taken-for-a-signal -- A single waiter takes every return of
 * pthread_cond_wait for the signal.
 *
 * POSIX allows it to return without one.
 *
 * Class: further, condition
 * Structure of: if instead of while, one waiter
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <assert.h>

struct start {
    pthread_mutex_t lock;
    pthread_cond_t ready;
    bool is_ready;
};

static void worker(void *arg)
{
    struct start *s = arg;
    pthread_mutex_lock(&s->lock);
#ifdef FIXED
    while (!s->is_ready)
#else
    if (!s->is_ready)
#endif
        pthread_cond_wait(&s->ready, &s->lock);
    assert(s->is_ready); /* BUG */
    pthread_mutex_unlock(&s->lock);
}

int main(void)
{
    static struct start s = {PTHREAD_MUTEX_INITIALIZER,
                             PTHREAD_COND_INITIALIZER, false};
    struct waitgroup wg = {0};
    wg_go(&wg, worker, &s);
    pthread_mutex_lock(&s.lock);
    s.is_ready = true;
    pthread_cond_signal(&s.ready);
    pthread_mutex_unlock(&s.lock);
    wg_wait(&wg);
}
