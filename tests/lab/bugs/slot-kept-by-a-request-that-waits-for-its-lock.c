/* slot-kept-by-a-request-that-waits-for-its-lock -- A request holds the only slot and
 * waits for its mutex, another waits for the slot.
 *
 * main releases the mutexes in the order of the requests, and waits after each until
 * that request has ended.
 *
 * Class: blocking, mixed, channel and lock
 * Structure of: serving 2137
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct breaker {
    chan(int) slots;
};

struct request {
    struct breaker *b;
    pthread_mutex_t *lock;
    chan(bool) accepted;
};

static void run(void *arg)
{
    struct request *r = arg;
    chan_send(r->b->slots, 1);   /* BUG */
    pthread_mutex_lock(r->lock); /* BUG */
    pthread_mutex_unlock(r->lock);
    chan_recv(r->b->slots, NULL);
    chan_send(r->accepted, true);
}

int main(void)
{
    static pthread_mutex_t locks[2] = {PTHREAD_MUTEX_INITIALIZER,
                                       PTHREAD_MUTEX_INITIALIZER};
    struct breaker b = {chan_make(int, 1)};
    chan(bool) accepted[2];
    for (int i = 0; i < 2; i++) {
        accepted[i] = chan_make(bool, 1);
        pthread_mutex_lock(&locks[i]);
        go(run, (struct request){&b, &locks[i], accepted[i]});
    }
#ifdef FIXED
    pthread_mutex_unlock(&locks[0]);
    pthread_mutex_unlock(&locks[1]);
    chan_recv(accepted[0], NULL);
    chan_recv(accepted[1], NULL);
#else
    for (int i = 0; i < 2; i++) {
        pthread_mutex_unlock(&locks[i]);
        chan_recv(accepted[i], NULL); /* BUG */
    }
#endif
    chan_free(accepted[0]);
    chan_free(accepted[1]);
    chan_free(b.slots);
}
