/* all-asleep, fixed -- a submitter sends the jobs, and main only receives.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct worker {
    chan(int) jobs, results;
};

static void worker(void *arg)
{
    const struct worker *w = arg;
    for (int job; chan_recv(w->jobs, &job);)
        chan_send(w->results, job * job);
    chan_close(w->results); /* No result will follow. */
}

static void submitter(void *arg)
{
    chan(int) jobs = arg;
    for (int job = 1; job <= 3; job++)
        chan_send(jobs, job);
    chan_close(jobs);
}

int main(void)
{
    struct worker w = {chan_make(int, 0), chan_make(int, 0)};
    struct waitgroup running = {0};
    wg_go(&running, worker, w);
    wg_go(&running, submitter, w.jobs);

    for (int result; chan_recv(w.results, &result);)
        printf("result %d\n", result);

    wg_wait(&running); /* The channels are no longer in use. */
    chan_free(w.jobs);
    chan_free(w.results);
}
