/* workers -- the first program that a reader of README.md sees.
 *
 * SPDX-License-Identifier: 0BSD
 */
/* clang-format off */
#include "chan.h"
#include <stdio.h>

struct worker { int id; chan(int) jobs; };

static void worker(void *arg)
{
    const struct worker *w = arg;
    for (int job; chan_recv(w->jobs, &job);) /* until closed and drained */
        printf("worker %d does job %d\n", w->id, job);
}

int main(void)
{
    struct waitgroup workers = {0};
    chan(int) jobs = chan_make(int, 0);
    for (int i = 1; i <= 3; i++)
        wg_go(&workers, worker, (struct worker){.id = i, .jobs = jobs});
    for (int job = 1; job <= 6; job++)
        chan_send(jobs, job); /* to whichever worker is free */
    chan_close(jobs);
    wg_wait(&workers);
    chan_free(jobs);
}
