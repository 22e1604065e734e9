/* follower-waits-with-the-lock-for-its-leader -- A follower waits with the mutex for
 * a close, and the leader needs the mutex for it.
 *
 * Class: blocking, mixed, channel and lock
 * Structure of: etcd 7902
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct round {
    pthread_mutex_t lock;
    int validated;
    chan(int) next;
};

static void follower(void *arg)
{
    struct round *r = arg;
    pthread_mutex_lock(&r->lock); /* BUG */
    r->validated++;
#ifdef FIXED
    pthread_mutex_unlock(&r->lock);
    chan_recv(r->next, NULL);
#else
    chan_recv(r->next, NULL); /* BUG */
    pthread_mutex_unlock(&r->lock);
#endif
}

static void leader(void *arg)
{
    struct round *r = arg;
    pthread_mutex_lock(&r->lock); /* BUG */
    r->validated++;
    chan_close(r->next);
    pthread_mutex_unlock(&r->lock);
}

int main(void)
{
    struct round r = {PTHREAD_MUTEX_INITIALIZER, 0, chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, leader, &r);
    wg_go(&wg, follower, &r);
    wg_go(&wg, follower, &r);
    wg_wait(&wg);
    chan_free(r.next);
}
