/* object-annotated-while-copied -- A controller copies an object again and again, and
 * the test changes it after a pause.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: kubernetes 82239
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct volume {
    pthread_mutex_t lock;
    int annotations[2];
};

struct controller {
    struct volume *volume;
    chan(int) stop;
};

static void worker(void *arg)
{
    struct controller *c = arg;
    int copy[2];
    while (chan_select(chan_on_recv(c->stop, NULL), CHAN_DEFAULT) == 1) {
        pthread_mutex_lock(&c->volume->lock);
        copy[0] = c->volume->annotations[0]; /* BUG */
        copy[1] = c->volume->annotations[1];
        pthread_mutex_unlock(&c->volume->lock);
        (void)copy;
    }
}

int main(void)
{
    struct volume v = {PTHREAD_MUTEX_INITIALIZER, {0, 0}};
    struct controller c = {&v, chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, worker, c);
    sleep_ms(1);
#ifdef FIXED
    pthread_mutex_lock(&v.lock);
#endif
    v.annotations[0] = 1; /* BUG */
#ifdef FIXED
    pthread_mutex_unlock(&v.lock);
#endif
    chan_close(c.stop);
    wg_wait(&wg);
    chan_free(c.stop);
}
