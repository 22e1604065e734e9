/* nats-fan-out -- worker processes share the jobs of one source.
 *
 * In a queue group the server sends each job to one of the workers, at random
 * and at once, even if this worker is busy. With --pull the server stores the
 * jobs in a stream, and a worker fetches a job when it is free.
 *
 *                            .--> worker 1 --.
 *     source --jobs--> server +-> worker 2 --+--workers.*--> source
 *                            '--> worker 3 --'
 *
 * Watch the worker that gets job 1. This job is long: it ends when the others
 * are handed out, or with --pull when they are done.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"
#include "nats.h"

enum { MOST_WORKERS = 64, MOST_JOBS = 1000000, LONG_JOB = 1 };
enum { ACK_WAIT_MS = 1000, SILENCE_MS = 3000 };
enum { JOINED = 0, LEFT = -1 }; /* a worker reports these, or a job's number */
enum { FINISH_LONG = 1, STOP }; /* commands to all workers, in this order */

struct worker {
    long command; /* the last one */
    struct nats_receiver jobs, commands;
};

static void obey(struct worker *w, natsMsg *command)
{
    w->command = nats_number(command);
    natsMsg_Destroy(command);
}

/* Returns the next job of the group, or NULL after a command. */
static natsMsg *receive_job(struct worker *w)
{
    natsMsg *m = NULL;
    if (chan_select(chan_on_recv(w->jobs.to, &m),
                    chan_on_recv(w->commands.to, &m)) == 0)
        return m;
    obey(w, m);
    return NULL;
}

/* Fetches a job of the stream, or returns NULL. The worker itself does this. A
 * goroutine would fetch the next job while the worker is busy. */
static natsMsg *fetch_job(struct worker *w)
{
    natsMsg *command = NULL;
    if (chan_select(chan_on_recv(w->commands.to, &command), CHAN_DEFAULT) == 0)
        obey(w, command);
    return w->command < STOP ? nats_fetch(w->jobs.from, 200) : NULL;
}

static void do_job(struct worker *w, long job)
{
    if (job == LONG_JOB)
        printf("job %ld is long\n", job);
    while (job == LONG_JOB && w->command < FINISH_LONG)
        obey(w, nats_next(w->commands.to));
}

static void work(natsConnection *nc, int id, bool pull)
{
    struct waitgroup wg = {0};
    struct worker w = {0};
    char reports[32];
    snprintf(reports, sizeof reports, "workers.%d", id);
    w.commands = nats_receiver(nats_subscribe(nc, "commands"));
    w.jobs = nats_receiver(pull ? nats_pull(nc, "jobs", "workers", ACK_WAIT_MS)
                                : nats_join(nc, "jobs", "workers"));
    wg_go(&wg, nats_receive, w.commands);
    if (!pull)
        wg_go(&wg, nats_receive, w.jobs);
    nats_publish(nc, reports, JOINED);
    while (w.command < STOP) {
        natsMsg *job = pull ? fetch_job(&w) : receive_job(&w);
        if (!job)
            continue;
        do_job(&w, nats_number(job));
        nats_publish(nc, reports, nats_number(job));
        if (pull) /* only now, when the result is on its way */
            nats_check(natsMsg_Ack(job, NULL), "acknowledge");
        natsMsg_Destroy(job);
    }
    nats_publish(nc, reports, LEFT);
    nats_unsubscribe(w.commands);
    if (!pull)
        nats_unsubscribe(w.jobs);
    wg_wait(&wg);
    nats_free(w.commands);
    nats_free(w.jobs);
}

struct source {
    natsConnection *nc;
    struct nats_receiver reports;
    int workers, joined, left;
    int jobs, done, repeated;
    int did[MOST_WORKERS + 1]; /* jobs of each worker */
    bool has_result[MOST_JOBS + 1];
};

/* Takes the next report. Returns false if the workers are silent. */
static bool next_report(struct source *s)
{
    natsMsg *message = NULL;
    if (chan_select(chan_on_recv(s->reports.to, &message),
                    chan_on_timeout_ms(SILENCE_MS)) == 1)
        return false;
    long event = nats_number(message);
    const char *subject = natsMsg_GetSubject(message);
    int id = atoi(strchr(subject, '.') + 1);
    if (id < 1 || id > s->workers || event < LEFT || event > s->jobs)
        nats_fail(subject, "there is no such worker or job");
    s->joined += event == JOINED;
    s->left += event == LEFT;
    if (event > 0) {
        s->did[id]++;
        s->repeated += s->has_result[event];
        s->done += !s->has_result[event];
        s->has_result[event] = true;
    }
    natsMsg_Destroy(message);
    return true;
}

/* The first worker that joins gets the first job. */
static void hand_out(struct source *s, jsCtx *stream)
{
    puts("waiting for workers");
    for (int job = 1; job <= s->jobs; job++) {
        while (s->joined < (job == 1 ? 1 : s->workers))
            next_report(s);
        if (stream)
            nats_store(stream, "jobs", job);
        else
            nats_publish(s->nc, "jobs", job);
    }
    nats_flush(s->nc);
    puts("all jobs are handed out");
}

/* Receives the results until there are no more. */
static void collect(struct source *s, int before_long)
{
    bool heard = true;
    while (heard && s->done < before_long)
        heard = next_report(s);
    nats_publish(s->nc, "commands", FINISH_LONG);
    while (heard && s->done < s->jobs)
        heard = next_report(s);
    puts(heard ? "all jobs are done" : "no more results");
    nats_publish(s->nc, "commands", STOP);
    while (heard && s->left < s->workers)
        heard = next_report(s);
}

static void share(natsConnection *nc, int jobs, int workers, bool pull)
{
    struct waitgroup wg = {0};
    struct source s = {.nc = nc, .workers = workers, .jobs = jobs};
    jsCtx *stream = pull ? nats_make_stream(nc, "JOBS", "jobs") : NULL;
    s.reports = nats_receiver(nats_subscribe(nc, "workers.*"));
    wg_go(&wg, nats_receive, s.reports);
    hand_out(&s, stream);
    collect(&s, pull ? jobs - 1 : 0);
    for (int id = 1; id <= workers; id++)
        printf("worker %d has done %d\n", id, s.did[id]);
    printf("%d jobs: %d done, %d lost, %d repeated\n", jobs, s.done,
           jobs - s.done, s.repeated);
    nats_unsubscribe(s.reports);
    wg_wait(&wg);
    nats_free(s.reports);
    jsCtx_Destroy(stream);
}

/* ---- The program around it: options, input, report ---- */

int main(int argc, char **argv)
{
    int role = -1, n = 1, workers = 3;
    bool pull = false;
    args(argc, argv,
         "nats-fan-out share [JOBS] [WORKERS] | work [WORKER]   [--pull]",
         arg_choice(&role, "share", "work"), arg_number(&n, 1, MOST_JOBS),
         arg_number(&workers, 1, MOST_WORKERS), opt_flag("pull", &pull));
    if (role < 0 || (role == 1 && n > MOST_WORKERS))
        args_misuse();
    natsConnection *nc = nats_open();
    if (role == 0)
        share(nc, n, workers, pull);
    else
        work(nc, n, pull);
    nats_close(nc);
}
