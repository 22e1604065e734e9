/* joins -- correct: threads that are joined while they run, or have ended.
 *
 * A thread that joins another sleeps until the other ends, and is awake from then on.
 * The laboratory must count it as awake even if all others wait for it.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

enum { THREADS = 4 };

static chan(int) start;

static void wait_for(void *arg)
{
    (void)arg;
    chan_recv(start, NULL);
}

static void *end_after(void *arg)
{
    int us = *(int *)arg;
    if (us > 0)
        usleep((useconds_t)us);
    return arg;
}

/* Joins the one that was created before it. */
static void *join(void *arg)
{
    void *result;
    pthread_join(*(pthread_t *)arg, &result);
    return result;
}

static int round_of(int us)
{
    pthread_t id[THREADS];
    void *result;
    int wrong = pthread_create(&id[0], NULL, end_after, &us) != 0;
    for (int i = 1; i < THREADS && !wrong; i++)
        wrong = pthread_create(&id[i], NULL, join, &id[i - 1]) != 0;
    if (us % 3 == 0)
        usleep(100); /* they have ended, or some have */
    if (!wrong)
        wrong = pthread_join(id[THREADS - 1], &result) != 0 || result != &us;
    return wrong;
}

int main(void)
{
    struct waitgroup wg = {0};
    int wrong = 0;
    start = chan_make(int, 0);
    for (int i = 0; i < 2; i++)
        wg_go(&wg, wait_for);
    for (int i = 0; i < 50; i++)
        wrong += round_of(i % 10 * 10);
    chan_close(start);
    wg_wait(&wg);
    chan_free(start);
    return wrong != 0;
}
