/* keepalive-waits-with-the-lock -- A keepalive waits to be awakened with the mutex
 * that its waker wants.
 *
 * Class: blocking, mixed, channel and lock
 * Structure of: grpc 1460
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct transport {
    pthread_mutex_t lock;
    int streams;
    chan(int) awaken;
};

static void keepalive(void *arg)
{
    struct transport *t = arg;
    pthread_mutex_lock(&t->lock);
    if (t->streams == 0) {
#ifdef FIXED
        pthread_mutex_unlock(&t->lock);
        chan_recv(t->awaken, NULL);
        return;
#else
        chan_recv(t->awaken, NULL); /* BUG */
#endif
    }
    pthread_mutex_unlock(&t->lock);
}

static void new_stream(void *arg)
{
    struct transport *t = arg;
    pthread_mutex_lock(&t->lock); /* BUG */
    t->streams = 1;
    chan_select(chan_on_send(t->awaken, 1), CHAN_DEFAULT);
    pthread_mutex_unlock(&t->lock);
}

int main(void)
{
    struct transport t = {PTHREAD_MUTEX_INITIALIZER, 0, chan_make(int, 1)};
    struct waitgroup wg = {0};
    wg_go(&wg, keepalive, &t);
    wg_go(&wg, new_stream, &t);
    wg_wait(&wg);
    chan_free(t.awaken);
}
