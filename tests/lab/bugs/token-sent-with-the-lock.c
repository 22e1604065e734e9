/* token-sent-with-the-lock -- A client sends a token with the mutex that the keeper
 * takes at each tick.
 *
 * Class: blocking, mixed, channel and lock
 * Structure of: etcd 7492
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

enum { TOKENS = 3 };

struct keeper {
    pthread_mutex_t lock;
    int deleted;
    chan(int) added, done;
};

static void delete_old(struct keeper *k)
{
    pthread_mutex_lock(&k->lock); /* BUG */
    k->deleted++;
    pthread_mutex_unlock(&k->lock);
}

static void keep(void *arg)
{
    struct keeper *k = arg;
    for (;;) {
        switch (chan_select(chan_on_recv(k->added, NULL),
                            chan_on_recv(k->done, NULL),
                            chan_on_timeout_ms(1))) {
        case 0:
            break;
        case 1:
            return;
        case 2:
            delete_old(k);
        }
    }
}

static void assign(struct keeper *k)
{
    pthread_mutex_lock(&k->lock); /* BUG */
#ifdef FIXED
    pthread_mutex_unlock(&k->lock);
    chan_send(k->added, 1);
#else
    chan_send(k->added, 1); /* BUG */
    pthread_mutex_unlock(&k->lock);
#endif
}

int main(void)
{
    struct keeper k = {PTHREAD_MUTEX_INITIALIZER, 0, chan_make(int, 0),
                       chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, keep, &k);
    for (int i = 0; i < TOKENS; i++) {
        assign(&k);
        sleep_ms(1);
    }
    chan_close(k.done);
    wg_wait(&wg);
    chan_free(k.added);
    chan_free(k.done);
}
