/* rwlock-read-again-in-a-getter -- A getter with a default calls another getter, and
 * both take the read lock.
 *
 * Class: blocking, resource, read-write-read
 * Structure of: kubernetes 62464
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct state {
    pthread_rwlock_t lock;
    int assigned, usual;
};

static int get_usual(struct state *s)
{
    pthread_rwlock_rdlock(&s->lock); /* BUG */
    int n = s->usual;
    pthread_rwlock_unlock(&s->lock);
    return n;
}

static int get_or_usual(struct state *s)
{
    pthread_rwlock_rdlock(&s->lock);
    int n = s->assigned;
#ifdef FIXED
    pthread_rwlock_unlock(&s->lock);
    return n ? n : get_usual(s);
#else
    if (n == 0)
        n = get_usual(s);
    pthread_rwlock_unlock(&s->lock);
    return n;
#endif
}

static void reconcile(void *arg)
{
    get_or_usual(arg);
}

static void remove_container(void *arg)
{
    struct state *s = arg;
    int n = get_usual(s);
    pthread_rwlock_wrlock(&s->lock); /* BUG */
    s->usual = n + 1;
    pthread_rwlock_unlock(&s->lock);
}

int main(void)
{
    static struct state s = {PTHREAD_RWLOCK_INITIALIZER, 0, 4};
    struct waitgroup wg = {0};
    wg_go(&wg, reconcile, &s);
    wg_go(&wg, remove_container, &s);
    wg_wait(&wg);
}
