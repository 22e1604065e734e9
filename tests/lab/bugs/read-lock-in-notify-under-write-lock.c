/* read-lock-in-notify-under-write-lock -- Clearing a list under the write lock
 * notifies, and that reads under the lock.
 *
 * Class: blocking, resource, double locking
 * Structure of: syncthing 4829
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct mapping {
    pthread_rwlock_t lock;
    int addresses;
    int told;
};

static void notify(struct mapping *m)
{
    pthread_rwlock_rdlock(&m->lock); /* BUG */
    m->told = m->addresses;
    pthread_rwlock_unlock(&m->lock); /* BUG */
}

static void clear(void *arg)
{
    struct mapping *m = arg;
    pthread_rwlock_wrlock(&m->lock);
    if (m->addresses > 0) {
        m->addresses = 0;
#ifndef FIXED
        notify(m);
#endif
    }
    pthread_rwlock_unlock(&m->lock);
#ifdef FIXED
    notify(m);
#endif
}

int main(void)
{
    static struct mapping m = {PTHREAD_RWLOCK_INITIALIZER, 3, 0};
    struct waitgroup wg = {0};
    wg_go(&wg, clear, &m);
    wg_wait(&wg);
}
