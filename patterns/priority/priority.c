/* priority -- handle a control message before queued jobs.
 *
 * A worker waits for jobs and for a stop. If a job and the stop are both
 * ready, select picks one of them at random. So a worker that calls select
 * only once for each job may run jobs that were sent after the stop.
 *
 *     client --jobs--> worker: waits for a job or the stop, and looks
 *            --stop-->         for the stop again before it runs the job
 *
 * Watch the jobs 8 to 10. They are sent after the stop, and the worker skips
 * them in every round.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

enum { JOBS = 10, LAST_BEFORE_STOP = 7 };

struct client {
    chan(int) jobs;
    chan(bool) stop;
};

/* Sends the stop between the jobs 7 and 8. */
static void client(void *arg)
{
    const struct client *c = arg;
    for (int job = 1; job <= JOBS; job++) {
        chan_send(c->jobs, job);
        if (job == LAST_BEFORE_STOP)
            chan_send(c->stop, true);
    }
    chan_close(c->jobs);
}

/* Written only by the worker; run_round() reads it after wg_wait(). */
struct outcome {
    int n_done, done[JOBS];
    int n_skipped, skipped[JOBS];
};

struct worker {
    chan(int) jobs;
    chan(bool) stop;
    struct outcome *outcome;
};

static void run_job(struct outcome *o, int job)
{
    o->done[o->n_done++] = job; /* Put your work here. */
}

static void skip_job(struct outcome *o, int job)
{
    o->skipped[o->n_skipped++] = job;
}

static void worker(void *arg)
{
    const struct worker *w = arg;
    for (int job;;) {
        bool open;
        int which = chan_select(chan_on_recv(w->stop, NULL),
                                chan_on_recv(w->jobs, &job, &open));
        if (which == 0 || !open)
            break;
        /* The stop may be ready as well. If it was sent before this job, this
         * select finds it. */
        if (chan_select(chan_on_recv(w->stop, NULL), CHAN_DEFAULT) == 0) {
            skip_job(w->outcome, job);
            break;
        }
        run_job(w->outcome, job);
    }
    /* Receive the rest too. Otherwise the client blocks in its send forever. */
    for (int job; chan_recv(w->jobs, &job);)
        skip_job(w->outcome, job);
}

/* Starts client and worker, waits for both, and returns what they did. */
static struct outcome run_round(void)
{
    struct outcome outcome = {0};
    struct waitgroup both = {0};
    chan(int) jobs = chan_make(int, 2);
    chan(bool) stop = chan_make(bool, 1); /* so that sending it never blocks */

    wg_go(&both, client, (struct client){jobs, stop});
    wg_go(&both, worker, (struct worker){jobs, stop, &outcome});
    wg_wait(&both);
    chan_free(jobs);
    chan_free(stop);
    return outcome;
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

#include <stdio.h>

static void print(const char *title, const int *jobs, int n)
{
    printf("%s", title);
    for (int i = 0; i < n; i++)
        printf(" %d", jobs[i]);
}

int main(int argc, char **argv)
{
    int rounds = args_number(argc, argv, "priority [ROUNDS]", 3, 0, 100000);
    int jobs = 0, late = 0;

    for (int round = 1; round <= rounds; round++) {
        struct outcome o = run_round();
        printf("round %d: ", round);
        print("done", o.done, o.n_done);
        print(", skipped", o.skipped, o.n_skipped);
        puts("");
        jobs += o.n_done + o.n_skipped;
        for (int i = 0; i < o.n_done; i++)
            late += o.done[i] > LAST_BEFORE_STOP;
    }
    printf("%d jobs: %s lost, %s sent after the stop\n", rounds * JOBS,
           jobs == rounds * JOBS ? "none" : "some",
           late ? "some done that were" : "none done that was");
    return jobs != rounds * JOBS || late > 0;
}
