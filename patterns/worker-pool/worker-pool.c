/* worker-pool -- N workers take jobs from one bounded queue.
 *
 * There are more jobs than threads to run them. N workers start once and live
 * until the last job is done. They all receive from the channel `jobs`. Its
 * capacity bounds the queue: a submitter that is ahead of the workers blocks.
 *
 *     submitter --jobs--+--> worker --+--result--> main
 *         |             '--> worker --'             ^
 *         '-----------------pending-----------------'
 *
 * Each job carries the channel for its result. The submitter sends the same
 * channel to `pending`, and main receives the results in the order in which
 * `pending` names their channels. Watch job 1: it takes longest and is printed
 * first.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job {
    int id;
    const char *number;
    chan(struct job) result;   /* The worker sends the finished job here. */
    unsigned long long factor; /* These three are filled in by the worker. */
    int worker, finished;      /* finished is 1 for the job that ended first. */
};

/* The job: finds the smallest prime factor. Put your own work here. The sleep
 * makes visible that some jobs take longer than others. */
static unsigned long long smallest_factor(const char *number)
{
    unsigned long long n = strtoull(number, NULL, 10), d = 2;
    sleep_ms(strlen(number));
    while (d <= n / d && n % d != 0)
        d++;
    return d <= n / d ? d : n;
}

struct worker {
    int id;
    chan(struct job) jobs;
};

static atomic_int finished; /* the jobs so far, counted by all workers */

static void worker(void *arg)
{
    const struct worker *w = arg;
    lab_name("worker %d", w->id); /* in reports and pictures */
    for (struct job job; chan_recv(w->jobs, &job);) { /* until it is closed */
        job.factor = smallest_factor(job.number);
        job.worker = w->id;
        job.finished = ++finished;
        chan_send(job.result, job);
    }
}

struct submitter {
    char **numbers; /* the last is NULL */
    chan(struct job) jobs;
    chan(chan(struct job)) pending;
    chan(struct job) shared; /* one channel for all results, or NULL */
};

static void submitter(void *arg)
{
    const struct submitter *s = arg;
    for (int i = 0; s->numbers[i]; i++) {
        struct job job = {.id = i + 1, .number = s->numbers[i]};
        job.result = s->shared ? s->shared : chan_make(struct job, 1);
        chan_send(s->pending, job.result);
        chan_send(s->jobs, job);
    }
    chan_close(s->jobs);    /* The workers return when the queue is empty. */
    chan_close(s->pending); /* pool() stops after the last result. */
}

static void print(const struct job *j)
{
    printf("job %d: %s is divisible by %llu (worker %d, finished %d)\n", j->id,
           j->number, j->factor, j->worker, j->finished);
}

/* Runs a job for each number. Prints the results in the order of submission or,
 * if unordered, as they come. Returns the number of results. */
static int pool(int workers, int queue, bool unordered, char **numbers)
{
    int results = 0;
    struct waitgroup running = {0};
    struct submitter s = {numbers, chan_make(struct job, queue),
                          chan_make(chan(struct job), queue),
                          unordered ? chan_make(struct job, 0) : NULL};
    for (int i = 1; i <= workers; i++)
        wg_go(&running, worker, (struct worker){i, s.jobs});
    wg_go(&running, submitter, s);
    for (chan(struct job) result; chan_recv(s.pending, &result); results++) {
        struct job job;
        chan_recv(result, &job);
        print(&job);
        if (!unordered)
            chan_free(result); /* It was made for this one job. */
    }
    wg_wait(&running); /* The submitter and the workers have returned. */
    chan_free(s.jobs);
    chan_free(s.pending);
    chan_free(s.shared);
    return results;
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    char *samples[] = {"99999999977", "91", "1024", "1001", "361", "97", NULL};
    char **numbers = samples;
    int workers = 3, queue = 2, jobs = 0;
    bool unordered = false;
    args(argc, argv,
         "worker-pool [-j WORKERS] [-q QUEUE] [--unordered] [NUMBER...]"
         "    (3, 2)",
         opt_number('j', &workers, 1, 256), opt_number('q', &queue, 0, 1000),
         opt_flag("unordered", &unordered), arg_rest(&numbers));
    for (size_t digits; numbers[jobs]; jobs++)
        if ((digits = strspn(numbers[jobs], "0123456789")) < 1 || digits > 18 ||
            numbers[jobs][digits] != '\0')
            args_misuse();
    int results = pool(workers, queue, unordered, numbers);
    printf("%d jobs, %d results\n", jobs, results);
    return results != jobs || fflush(stdout) != 0 || ferror(stdout);
}
