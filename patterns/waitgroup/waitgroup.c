/* waitgroup -- wait until all goroutines have finished.
 *
 * main starts several goroutines and must not go on before the last of them has
 * finished, whichever that is. A wait group counts the goroutines: main adds
 * one before each start, and each goroutine subtracts one when it returns.
 *
 *     add, go ---> job 1: started ....... done ---+
 *     add, go ---> job 2: started ... done -------+---> zero: main
 *     add, go ---> job 3: started, no input ------+     goes on
 *
 * Watch the last line. It comes after all jobs, even those that return early.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct job {
    int id;
    struct waitgroup *running; /* a pointer: a wait group is never copied */
};

static void job(void *arg)
{
    const struct job *self = arg;
    lab_name("job %d", self->id);  /* in reports and pictures */
    defer(wg_done, self->running); /* Runs on every return from job(). */
    printf("job %d: started\n", self->id);
    if (self->id % 3 == 0) {
        printf("job %d: no input\n", self->id);
        return;
    }
    sleep_ms(self->id % 3 == 1 ? 20 : 10); /* stands for the work */
    printf("job %d: done\n", self->id);
}

static void run_jobs(int jobs)
{
    struct waitgroup running = {0};
    for (int id = 1; id <= jobs; id++) {
        wg_add(&running, 1); /* Before go(): inside job() is too late. */
        go(job, (struct job){.id = id, .running = &running});
    }
    wg_wait(&running); /* Blocks until the count is zero. */
    printf("main: %d jobs have finished\n", jobs);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    run_jobs(args_number(argc, argv, "waitgroup [JOBS]", 3, 0, 1000));
    return 0;
}
