/* signal-before-the-wait -- A condition is broadcast before a goroutine waits for it,
 * and the goroutine does not look first.
 *
 * Class: blocking, communication, condition
 * Structure of: moby 29733
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct plugin {
    pthread_mutex_t lock;
    pthread_cond_t loaded;
    bool ready;
};

static void load(void *arg)
{
    struct plugin *p = arg;
    pthread_mutex_lock(&p->lock);
    p->ready = true;
    pthread_cond_broadcast(&p->loaded);
    pthread_mutex_unlock(&p->lock);
}

static void use(void *arg)
{
    struct plugin *p = arg;
    pthread_mutex_lock(&p->lock);
#ifdef FIXED
    while (!p->ready)
#endif
        pthread_cond_wait(&p->loaded, &p->lock); /* BUG */
    pthread_mutex_unlock(&p->lock);
}

int main(void)
{
    static struct plugin p = {PTHREAD_MUTEX_INITIALIZER,
                              PTHREAD_COND_INITIALIZER, false};
    struct waitgroup wg = {0};
    wg_go(&wg, use, &p);
    wg_go(&wg, load, &p);
    wg_wait(&wg);
}
