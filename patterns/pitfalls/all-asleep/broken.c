/* all-asleep, broken -- main sends all jobs before it receives a result.
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

int main(void)
{
    struct worker w = {chan_make(int, 0), chan_make(int, 0)};
    go(worker, w);

    for (int job = 1; job <= 3; job++)
        chan_send(w.jobs, job);
    chan_close(w.jobs);

    for (int result; chan_recv(w.results, &result);)
        printf("result %d\n", result);

    chan_free(w.jobs);
    chan_free(w.results);
}
