/* goroutine -- run a function in a thread of its own.
 *
 * go() starts a function as a goroutine and returns at once. The goroutine and
 * its caller then run concurrently. A goroutine is never joined: to learn that
 * it has finished, main uses a wait group.
 *
 *     main ----+-----+----> waits for both, or returns (--forget)
 *              |     +----> worker 2: job 1, 2, 3
 *              +----------> worker 1: job 1, 2, 3
 *
 * Watch what happens to the jobs when main returns without waiting: the process
 * ends, and every goroutine ends with it.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

enum { WORKERS = 2, JOBS = 3 };

struct worker {
    int id;
};

static void worker(void *arg)
{
    const struct worker *self = arg; /* a copy, freed when worker() returns */
    for (int job = 1; job <= JOBS; job++) {
        sleep_ms(50); /* stands for the work */
        printf("worker %d: job %d done\n", self->id, job);
    }
}

static void start_and_wait(void)
{
    struct waitgroup workers = {0};
    for (int id = 1; id <= WORKERS; id++)
        wg_go(&workers, worker, (struct worker){.id = id});
    wg_wait(&workers); /* Blocks until both workers have returned. */
    puts("main: all jobs are done");
}

/* Right only for work that may be cut off at any point. */
static void start_and_forget(void)
{
    for (int id = 1; id <= WORKERS; id++)
        go(worker, (struct worker){.id = id});
    puts("main: returns without waiting");
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    bool forget = false;
    args(argc, argv, "goroutine [--forget]", opt_flag("forget", &forget));

    printf("main: %d jobs to do\n", WORKERS * JOBS);
    if (!forget) {
        start_and_wait();
    } else {
        start_and_forget();
        /* Exit flushes stdout. Without this lock a worker could be in the
         * middle of printf() then, and half a line would be printed. */
        flockfile(stdout);
    }
    return 0;
}
