/* two-mutexes-without-a-seed -- Two goroutines each hold a mutex and want the
 * other's, in every run.
 *
 * So a run without a seed must report the deadlock too.
 *
 * Class: further, without a seed
 * Structure of: two mutexes, in every run
 * Found by: free seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct pair {
    pthread_mutex_t a, b;
    chan(int) meet;
};

static void one(void *arg)
{
    struct pair *p = arg;
    pthread_mutex_lock(&p->a);
    chan_send(p->meet, 1);
#ifdef FIXED
    pthread_mutex_unlock(&p->a);
#endif
    pthread_mutex_lock(&p->b); /* BUG */
    pthread_mutex_unlock(&p->b);
#ifndef FIXED
    pthread_mutex_unlock(&p->a);
#endif
}

static void other(void *arg)
{
    struct pair *p = arg;
    pthread_mutex_lock(&p->b);
    chan_recv(p->meet, NULL);
    pthread_mutex_lock(&p->a); /* BUG */
    pthread_mutex_unlock(&p->a);
    pthread_mutex_unlock(&p->b);
}

int main(void)
{
    struct pair p = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                     chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, one, &p);
    wg_go(&wg, other, &p);
    wg_wait(&wg);
    chan_free(p.meet);
}
