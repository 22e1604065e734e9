/* callback-locks-what-its-caller-holds -- A callback is called with the lock held
 * that it takes itself.
 *
 * A store of leases calls its checkpointer under its lock. The checkpointer calls
 * back into the store.
 *
 * Class: blocking, resource, double locking
 * Structure of: etcd 10492
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct store {
    pthread_mutex_t lock;
    void (*checkpointer)(struct store *);
    int ttl;
};

static void checkpoint(struct store *s)
{
    pthread_mutex_lock(&s->lock); /* BUG */
    s->ttl = 10;
    pthread_mutex_unlock(&s->lock);
}

static void renew(struct store *s)
{
    pthread_mutex_lock(&s->lock);
#ifdef FIXED
    pthread_mutex_unlock(&s->lock);
    s->checkpointer(s);
    pthread_mutex_lock(&s->lock);
#else
    s->checkpointer(s);
#endif
    s->ttl += 10;
    pthread_mutex_unlock(&s->lock);
}

static void client(void *arg)
{
    renew(arg);
}

int main(void)
{
    static struct store s = {PTHREAD_MUTEX_INITIALIZER, checkpoint, 0};
    struct waitgroup wg = {0};
    wg_go(&wg, client, &s);
    wg_wait(&wg);
}
