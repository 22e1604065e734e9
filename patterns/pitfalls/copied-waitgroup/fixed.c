/* copied-waitgroup, fixed -- the job gets the address of the wait group.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct job {
    int id;
    struct waitgroup *running;
};

static void job(void *arg)
{
    const struct job *self = arg;
    sleep_ms(10); /* stands for the work */
    printf("job %d: done\n", self->id);
    wg_done(self->running);
}

int main(void)
{
    struct waitgroup running = {0};
    wg_add(&running, 1);
    go(job, (struct job){1, &running});
    wg_wait(&running);
    puts("main: job 1 has finished");
}
