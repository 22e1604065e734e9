/* condition-not-signalled-on-failure -- An activation that fails does not signal, so
 * a client waits forever.
 *
 * Class: blocking, communication, condition
 * Structure of: moby 30408
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct plugin {
    pthread_mutex_t lock;
    pthread_cond_t activated;
    int state, error;
};

static void activate(void *arg)
{
    struct plugin *p = arg;
    pthread_mutex_lock(&p->lock);
    p->error = 5;
#ifdef FIXED
    pthread_cond_broadcast(&p->activated);
#endif
    pthread_mutex_unlock(&p->lock);
}

static void wait_active(void *arg)
{
    struct plugin *p = arg;
    pthread_mutex_lock(&p->lock);
#ifdef FIXED
    while (p->state == 0 && p->error == 0)
#else
    while (p->state == 0)
#endif
        pthread_cond_wait(&p->activated, &p->lock); /* BUG */
    pthread_mutex_unlock(&p->lock);
}

int main(void)
{
    static struct plugin p = {PTHREAD_MUTEX_INITIALIZER,
                              PTHREAD_COND_INITIALIZER, 0, 0};
    struct waitgroup wg = {0};
    wg_go(&wg, wait_active, &p);
    wg_go(&wg, activate, &p);
    wg_wait(&wg);
}
