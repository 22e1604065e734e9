/* stop-waits-with-the-lock-for-its-loop -- A stop function waits with the mutex until
 * the loop ends, and the loop locks it.
 *
 * Class: blocking, mixed, channel and lock
 * Structure of: etcd 6873
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct broadcasts {
    pthread_mutex_t lock;
    int merged;
    chan(int) updates, done;
};

static void loop(void *arg)
{
    struct broadcasts *b = arg;
    for (int n; chan_recv(b->updates, &n);) {
        pthread_mutex_lock(&b->lock); /* BUG */
        b->merged += n;
        pthread_mutex_unlock(&b->lock);
    }
    chan_close(b->done);
}

static void stop(struct broadcasts *b)
{
    pthread_mutex_lock(&b->lock);
    chan_close(b->updates);
#ifdef FIXED
    pthread_mutex_unlock(&b->lock);
    chan_recv(b->done, NULL);
#else
    chan_recv(b->done, NULL); /* BUG */
    pthread_mutex_unlock(&b->lock);
#endif
}

int main(void)
{
    struct broadcasts b = {PTHREAD_MUTEX_INITIALIZER, 0, chan_make(int, 1),
                           chan_make(int, 0)};
    go(loop, &b);
    chan_send(b.updates, 1);
    stop(&b);
    chan_free(b.updates);
    chan_free(b.done);
}
