/* pop-sends-with-the-lock-of-add -- A listener sends notifications with the mutex,
 * and its receiver wants to add one.
 *
 * Class: blocking, mixed, channel and lock
 * Structure of: kubernetes 26980
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct listener {
    pthread_mutex_t lock;
    int pending;
    chan(int) next;
};

static void add(struct listener *l)
{
    pthread_mutex_lock(&l->lock); /* BUG */
    l->pending++;
    pthread_mutex_unlock(&l->lock);
}

static void pop(void *arg)
{
    struct listener *l = arg;
    pthread_mutex_lock(&l->lock);
    int n = l->pending;
    l->pending = 0;
#ifdef FIXED
    pthread_mutex_unlock(&l->lock);
    for (int i = 0; i < n; i++)
        chan_send(l->next, i);
#else
    for (int i = 0; i < n; i++)
        chan_send(l->next, i); /* BUG */
    pthread_mutex_unlock(&l->lock);
#endif
    chan_close(l->next);
}

int main(void)
{
    struct listener l = {PTHREAD_MUTEX_INITIALIZER, 0, chan_make(int, 0)};
    add(&l);
    add(&l);
    struct waitgroup wg = {0};
    wg_go(&wg, pop, &l);
    for (int n; chan_recv(l.next, &n);)
        add(&l);
    wg_wait(&wg);
    chan_free(l.next);
}
