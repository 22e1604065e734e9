/* stop-waits-with-the-lock-for-tasks -- A stop function waits for running tasks with
 * the mutex, and tasks wait for the stop.
 *
 * Class: blocking, mixed, channel and wait group
 * Structure of: cockroach 1055
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct stopper {
    pthread_mutex_t lock;
    struct waitgroup tasks;
    bool draining;
    chan(int) stop;
};

static bool start_task(struct stopper *s)
{
    pthread_mutex_lock(&s->lock); /* BUG */
    bool may = !s->draining;
    if (may)
        wg_add(&s->tasks, 1);
    pthread_mutex_unlock(&s->lock);
    return may;
}

static void worker(void *arg)
{
    struct stopper *s = arg;
    if (!start_task(s))
        return;
#ifdef FIXED
    wg_done(&s->tasks);
    chan_recv(s->stop, NULL);
#else
    chan_recv(s->stop, NULL); /* BUG */
    wg_done(&s->tasks);
#endif
}

static void stop(struct stopper *s)
{
    pthread_mutex_lock(&s->lock);
    s->draining = true;
#ifdef FIXED
    pthread_mutex_unlock(&s->lock);
    wg_wait(&s->tasks);
#else
    wg_wait(&s->tasks); /* BUG */
    pthread_mutex_unlock(&s->lock);
#endif
    chan_close(s->stop);
}

int main(void)
{
    struct stopper s = {
        PTHREAD_MUTEX_INITIALIZER, {0}, false, chan_make(int, 0)};
    struct waitgroup wg = {0};
    for (int i = 0; i < 3; i++)
        wg_go(&wg, worker, &s);
    stop(&s);
    wg_wait(&wg);
    chan_free(s.stop);
}
