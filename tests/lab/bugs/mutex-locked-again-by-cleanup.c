/* mutex-locked-again-by-cleanup -- A failed start calls the cleanup, which takes the
 * lock that start still holds.
 *
 * Class: blocking, resource, double locking
 * Structure of: moby 36114
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct machine {
    pthread_mutex_t lock;
    int disks;
};

static void remove_disks(struct machine *m)
{
    pthread_mutex_lock(&m->lock); /* BUG */
    m->disks = 0;
    pthread_mutex_unlock(&m->lock);
}

static void start(void *arg)
{
    struct machine *m = arg;
    pthread_mutex_lock(&m->lock);
    m->disks = 2;
#ifdef FIXED
    pthread_mutex_unlock(&m->lock);
    remove_disks(m);
#else
    remove_disks(m);
    pthread_mutex_unlock(&m->lock);
#endif
}

int main(void)
{
    static struct machine m = {PTHREAD_MUTEX_INITIALIZER, 0};
    struct waitgroup wg = {0};
    wg_go(&wg, start, &m);
    wg_wait(&wg);
}
