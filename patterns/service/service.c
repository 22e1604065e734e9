/* service -- a worker pool with time limits, errors and a clean ^C.
 *
 * Each accepted job has one result. A job that takes too long ends early, and a
 * failed job stops no other job. After ^C no job is submitted. The queued jobs
 * are run or, with --drop, dropped. Watch the sum in the last line.
 *
 *     ^C --> main --jobs--+--> worker --+--results--> main
 *                         '--> worker --'
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <signal.h>
#include <stdlib.h>

enum outcome { LATE, DROPPED, PRIME, COMPOSITE, WRONG };
static const char *names[] = {"late", "dropped", "prime", "composite", "wrong"};

struct job {
    int id;
    const char *number;
    enum outcome outcome;
};

struct service {
    int workers, limit_ms;
    chan(struct job) jobs, results;
    chan(bool) drop; /* closed after ^C; NULL if queued jobs are to be run */
};

/* The job: is the number prime? A thread cannot safely be stopped from
 * outside, so the job checks from time to time whether it may go on. */
static enum outcome run(const char *number, const struct service *s)
{
    chan(struct timespec) limit = chan_after_ms(s->limit_ms);
    defer(chan_free, limit);
    char *end;
    errno = 0;
    unsigned long long n = strtoull(number, &end, 10), d = 2;
    if (*end || n < 2 || errno == ERANGE)
        return WRONG;
    for (; d <= n / d && n % d != 0; d++) {
        if (d % 4096 != 2)
            continue;
        int which = chan_select(chan_on_recv(limit, NULL),
                                chan_on_recv(s->drop, NULL), CHAN_DEFAULT);
        if (which < 2)
            return which == 0 ? LATE : DROPPED;
        sleep_ms(5); /* so that large numbers take longer */
    }
    return d <= n / d ? COMPOSITE : PRIME;
}

/* Returns when `jobs` is closed and empty. */
static void worker(void *arg)
{
    const struct service *s = arg;
    for (struct job job; chan_recv(s->jobs, &job);) {
        job.outcome = run(job.number, s);
        chan_send(s->results, job);
    }
}

/* Call this before the first go: a goroutine inherits the mask. */
static sigset_t block_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    return signals;
}

/* Returns whether ^C was pressed. Then it closes drop, if there is one, and a
 * second ^C ends the program at once. */
static bool interrupted(const sigset_t *signals, chan(bool) drop)
{
    if (sigtimedwait(signals, NULL, &(struct timespec){0}) < 0)
        return false; /* no signal is pending */
    pthread_sigmask(SIG_UNBLOCK, signals, NULL);
    if (drop)
        chan_close(drop);
    return true;
}

/* Submits a job for each number until ^C, and prints the results. The caller
 * blocks the signals before its first go, makes the channels and frees them. */
static void serve(struct service s, char **numbers, const sigset_t *signals)
{
    int accepted = 0, results = 0, count[WRONG + 1] = {0};
    bool stop = false;
    chan(struct timespec) tick = chan_tick_ms(10); /* to look for ^C */
    struct waitgroup workers = {0};
    for (int i = 0; i < s.workers; i++)
        wg_go(&workers, worker, s);
    while (s.jobs || results < accepted) {
        stop = stop || interrupted(signals, s.drop);
        if (s.jobs && (stop || !numbers[accepted])) {
            chan_close(s.jobs); /* The workers finish the queue and return. */
            s.jobs = NULL;      /* The select sends no more jobs. */
            continue;
        }
        struct job done, next = {accepted + 1, numbers[accepted], WRONG};
        int which = chan_select(chan_on_send(s.jobs, next),
                                chan_on_recv(s.results, &done),
                                chan_on_recv(tick, NULL));
        if (which == 0)
            accepted++;
        if (which == 1) {
            printf("job %d: %s: %s\n", done.id, done.number,
                   names[done.outcome]);
            count[done.outcome]++;
            results++;
        }
    }
    wg_wait(&workers);
    chan_free(tick);
    printf("%d accepted: %d done, %d wrong, %d late, %d dropped\n", accepted,
           count[PRIME] + count[COMPOSITE], count[WRONG], count[LATE],
           count[DROPPED]);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

static void press(void *arg)
{
    lab_name("press ^C"); /* in reports and pictures */
    sleep_ms(*(int *)arg);
    kill(getpid(), SIGINT);
}

int main(int argc, char **argv)
{
    char *samples[] = {"10000000019", "100000007", "12x",   "1000000007",
                       "91",          "1000003",   "65537", NULL};
    char **numbers = samples;
    int workers = 2, queue = 2, limit_ms = 50, press_ms = -1;
    bool drop = false;
    args(argc, argv,
         "service [-j WORKERS] [-q QUEUE] [-t LIMIT_MS] [--drop] [-c MS] "
         "[NUMBER...]    (2, 2, 50; -c presses ^C)",
         opt_number('j', &workers, 1, 256), opt_number('q', &queue, 0, 1000),
         opt_number('t', &limit_ms, 0, 10000), opt_flag("drop", &drop),
         opt_number('c', &press_ms, 0, 10000), arg_rest(&numbers));
    setvbuf(stdout, NULL, _IOLBF, 0); /* each result at once, also to a file */

    sigset_t signals = block_signals();
    struct waitgroup pressing = {0};
    if (press_ms >= 0)
        wg_go(&pressing, press, press_ms);
    struct service s = {workers, limit_ms, chan_make(struct job, queue),
                        chan_make(struct job, 0),
                        drop ? chan_make(bool, 0) : NULL};
    serve(s, numbers, &signals);
    wg_wait(&pressing);
    chan_free(s.jobs);
    chan_free(s.results);
    chan_free(s.drop);
    return fflush(stdout) != 0 || ferror(stdout);
}
