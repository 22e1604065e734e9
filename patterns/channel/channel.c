/* channel -- send values from one goroutine to another.
 *
 * A channel connects goroutines. This one is unbuffered: chan_send() blocks
 * until another goroutine receives the value, and chan_recv() blocks until
 * another goroutine sends one. chan_close() says that no more values will come,
 * as end-of-file does. It frees nothing.
 *
 *     main ---chan_send---> jobs ---chan_recv---> worker
 *       blocks until the          blocks until main
 *       worker receives           sends or closes
 *
 * Watch the first line: main cannot send before the worker receives. Watch the
 * last line: that is how the worker learns that no more jobs will come.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static void worker(void *arg)
{
    chan(int) jobs = arg; /* A channel is a pointer, so arg is the channel. */
    int job;

    sleep_ms(20); /* Meanwhile main is blocked in its first send. */
    puts("worker: ready");
    while (chan_recv(jobs, &job)) /* false: closed, and no value is left */
        printf("worker: received job %d\n", job);
    puts("worker: jobs is closed");
}

static void send_jobs(int last)
{
    chan(int) jobs = chan_make(int, 0); /* capacity 0: unbuffered */
    struct waitgroup wg = {0};

    wg_go(&wg, worker, jobs);
    for (int job = 1; job <= last; job++) {
        chan_send(jobs, job); /* Blocks until the worker receives the job. */
        printf("main: sent job %d\n", job);
    }
    chan_close(jobs); /* Only the sender knows which job is the last. */
    wg_wait(&wg);
    chan_free(jobs); /* No goroutine uses the channel any more. */
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    send_jobs(args_number(argc, argv, "channel [JOBS]", 3, 0, 1000));
    return 0;
}
