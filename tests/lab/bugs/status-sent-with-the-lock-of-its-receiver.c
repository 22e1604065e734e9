/* status-sent-with-the-lock-of-its-receiver -- Two setters send with the mutex that
 * the receiver takes between two receives.
 *
 * Class: blocking, mixed, channel and lock
 * Structure of: kubernetes 10182
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct manager {
    pthread_mutex_t lock;
    int statuses;
    chan(int) changed;
};

static void set_status(void *arg)
{
    struct manager *m = arg;
    pthread_mutex_lock(&m->lock);
    m->statuses++;
#ifdef FIXED
    pthread_mutex_unlock(&m->lock);
    chan_send(m->changed, 1);
#else
    chan_send(m->changed, 1); /* BUG */
    pthread_mutex_unlock(&m->lock);
#endif
}

static void sync_batch(void *arg)
{
    struct manager *m = arg;
    for (int i = 0; i < 2; i++) {
        chan_recv(m->changed, NULL);
        pthread_mutex_lock(&m->lock); /* BUG */
        m->statuses--;
        pthread_mutex_unlock(&m->lock);
    }
}

int main(void)
{
    struct manager m = {PTHREAD_MUTEX_INITIALIZER, 0, chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, sync_batch, &m);
    wg_go(&wg, set_status, &m);
    wg_go(&wg, set_status, &m);
    wg_wait(&wg);
    chan_free(m.changed);
}
