/* signal-needs-the-lock-of-a-blocked-sender -- A loop sends with the mutex that every
 * signal of its condition needs.
 *
 * Class: blocking, communication, channel and condition
 * Structure of: kubernetes 11298
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct notifier {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool pending;
    chan(int) out;
};

static void loop(void *arg)
{
    struct notifier *n = arg;
    pthread_mutex_lock(&n->lock);
    while (!n->pending)
        pthread_cond_wait(&n->changed, &n->lock); /* BUG */
#ifdef FIXED
    pthread_mutex_unlock(&n->lock);
    chan_send(n->out, 1);
#else
    chan_send(n->out, 1); /* BUG */
    pthread_mutex_unlock(&n->lock);
#endif
}

static void notify(void *arg)
{
    struct notifier *n = arg;
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&n->lock); /* BUG */
        n->pending = true;
        pthread_cond_signal(&n->changed);
        pthread_mutex_unlock(&n->lock);
    }
    chan_recv(n->out, NULL);
}

int main(void)
{
    struct notifier n = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER,
                         false, chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, loop, &n);
    wg_go(&wg, notify, &n);
    wg_wait(&wg);
    chan_free(n.out);
}
