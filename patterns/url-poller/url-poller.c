/* url-poller -- check URLs again and again, and stop cleanly on ^C.
 *
 * A few pollers send requests to many targets. A target is polled, its state is
 * printed if it has changed, and after an interval it is polled again. A target
 * is a pointer that goes around a cycle of channels. Only the goroutine that
 * holds the pointer may use the target, so there is no lock.
 *
 *     .--pending--> pollers --results--> main --> sleepers --.
 *     '------------------------------------------------------'
 *
 * Watch the end: ^C finds one target in a poll, one in the queue, and one that
 * waits for its interval. All of them return to main before the program exits.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "http_head.h"

struct target {
    const char *name;
    struct address address;
    int interval_ms;    /* from the end of a poll to the next poll */
    int polls;          /* the completed ones */
    char state[STATE];  /* "200 OK", or an error: written by a poller */
    char shown[STATE];  /* the state that main printed last */
    const char *caught; /* where ^C found it; NULL is after a complete poll */
};

/* The goroutines get copies of it, and none of them changes it. */
struct pool {
    chan(struct target *) pending, results;
    chan(bool) quit;  /* closed to wake the sleepers */
    int quit_pipe[2]; /* the write end is closed to wake the pollers */
    int pollers, limit_ms;
};

static void poller(void *arg)
{
    const struct pool *p = arg;
    for (struct target *t; chan_recv(p->pending, &t);) {
        if (chan_select(chan_on_recv(p->quit, NULL), CHAN_DEFAULT) == 0)
            t->caught = "in the queue";
        else if (http_head(&t->address, p->limit_ms, p->quit_pipe[0], t->state))
            t->polls++;
        else
            t->caught = "in a poll";
        chan_send(p->results, t); /* Now only main may use the target. */
    }
}

struct sleeper {
    struct pool pool;
    struct target *target;
};

static void sleeper(void *arg)
{
    const struct sleeper *s = arg;
    if (chan_select(chan_on_timeout_ms(s->target->interval_ms),
                    chan_on_recv(s->pool.quit, NULL)) == 0) {
        chan_send(s->pool.pending, s->target);
        return;
    }
    s->target->caught = "in its interval";
    chan_send(s->pool.results, s->target);
}

/* Wakes all goroutines of the pool, now and whenever they wait again. */
static void interrupt(const struct pool *p)
{
    chan_close(p->quit);    /* wakes the sleepers from their select */
    close(p->quit_pipe[1]); /* wakes the pollers from poll() */
}

/* Turns the first ^C into a message, as in signal-quit. */
struct listener {
    sigset_t signals;
    chan(int) stop;      /* capacity 1, so the send never blocks */
    chan(bool) finished; /* closed by main, which then sends a signal */
};

static void listener(void *arg)
{
    const struct listener *l = arg;
    int signo;
    for (int n = 1; sigwait(&l->signals, &signo) == 0; n++) {
        if (chan_select(chan_on_recv(l->finished, NULL), CHAN_DEFAULT) == 0)
            return; /* All targets have returned. */
        if (n == 2)
            _exit(128 + signo); /* A second ^C ends the program at once. */
        chan_send(l->stop, signo);
    }
}

/* Prints the state if it has changed since the last poll. */
static void show(struct target *t)
{
    if (strcmp(t->shown, t->state) == 0)
        return;
    printf("%s: %s", t->name, t->state);
    if (*t->shown)
        printf(" (was %s)", t->shown);
    putchar('\n');
    strcpy(t->shown, t->state);
}

/* Receives the targets and sends each to a sleeper, until main has kept all n of
 * them: after `polls` polls of each, or after ^C. Returns whether it was ^C. */
static bool collect(const struct pool *p, int n, int polls, chan(int) stop,
                    struct waitgroup *wg)
{
    bool stopping = false;
    for (int kept = 0; kept < n;) {
        struct target *t;
        if (chan_select(chan_on_recv(p->results, &t),
                        chan_on_recv(stop, NULL)) == 1) {
            stopping = true;
            interrupt(p);
            continue;
        }
        show(t);
        if (stopping || t->polls == polls)
            kept++;
        else
            wg_go(wg, sleeper, (struct sleeper){*p, t});
    }
    if (!stopping)
        close(p->quit_pipe[1]); /* Otherwise interrupt() has closed it. */
    return stopping;
}

/* Polls the n targets. Every thread must block the signals. Returns whether ^C
 * was pressed. Then no goroutine uses a target any more. */
static bool poll_all(const struct pool *p, struct target *targets, int n,
                     int polls, sigset_t signals)
{
    struct waitgroup wg = {0};
    struct listener l = {signals, chan_make(int, 1), chan_make(bool, 0)};
    wg_go(&wg, listener, l);
    for (int i = 0; i < p->pollers; i++)
        wg_go(&wg, poller, *p);
    for (int i = 0; i < n; i++)
        chan_send(p->pending, &targets[i]);
    bool stopped = collect(p, n, polls, l.stop, &wg);
    chan_close(p->pending); /* No sleeper has a target. The pollers return. */
    chan_close(l.finished);
    kill(getpid(), SIGTERM); /* The listener returns. */
    wg_wait(&wg);
    chan_free(l.stop);
    chan_free(l.finished);
    return stopped;
}

/* Each channel has a free slot for every target, so no send ever blocks. */
static bool pool_make(struct pool *p, int n)
{
    p->pending = chan_make(struct target *, n);
    p->results = chan_make(struct target *, n);
    p->quit = chan_make(bool, 0);
    return pipe2(p->quit_pipe, O_CLOEXEC) == 0;
}

static void pool_free(struct pool *p)
{
    close(p->quit_pipe[0]); /* The write end is closed already. */
    chan_free(p->pending);
    chan_free(p->results);
    chan_free(p->quit);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"
#include "demo.h"

static struct target *find_targets(char **urls, int n, int interval_ms)
{
    struct target *targets = calloc((size_t)n, sizeof *targets);
    for (int i = 0; urls && targets && i < n; i++) {
        targets[i].name = urls[i];
        targets[i].interval_ms = interval_ms;
        if (!address_parse(&targets[i].address, urls[i])) {
            fprintf(stderr, "url-poller: wrong URL or unknown host: %s\n",
                    urls[i]);
            exit(1);
        }
    }
    return targets;
}

/* Call it before the first go(): a goroutine inherits the signal mask. */
static sigset_t block_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    return signals;
}

static void report(const struct target *targets, int n, bool stopped)
{
    int polls = 0;
    for (int i = 0; i < n; i++) {
        const char *caught = targets[i].caught;
        polls += targets[i].polls;
        if (stopped)
            printf("%s: stopped %s\n", targets[i].name,
                   caught ? caught : "after a poll");
    }
    if (stopped)
        printf("^C: %d targets, all returned\n", n);
    else
        printf("%d targets, %d polls, all returned\n", n, polls);
}

int main(int argc, char **argv)
{
    struct pool p = {.pollers = 2, .limit_ms = 2000};
    int polls = -1, interval_ms = 1000;
    char **urls = NULL;
    int n = args(argc, argv,
                 "url-poller [[-n POLLS] [-j POLLERS] [-i INTERVAL_MS] "
                 "[-t LIMIT_MS] URL...]",
                 opt_number('n', &polls, 1, 1000000),
                 opt_number('j', &p.pollers, 1, 255),
                 opt_number('i', &interval_ms, 0, 1000000),
                 opt_number('t', &p.limit_ms, 1, 1000000), arg_rest(&urls));
    if (n == 0 && argc > 1)
        args_misuse();
    n = urls ? n : DEMO;
    setvbuf(stdout, NULL, _IOLBF, 0);
    /* Looking up a host may take long. Until it is done, ^C simply kills. */
    struct target *targets = find_targets(urls, n, interval_ms);
    sigset_t signals = block_signals();
    if (!targets || !pool_make(&p, n))
        return perror("url-poller"), 1;
    struct waitgroup servers = {0};
    if (!urls)
        demo(targets, &p, &servers);
    report(targets, n, poll_all(&p, targets, n, polls, signals));
    wg_wait(&servers);
    pool_free(&p);
    free(targets);
    return fflush(stdout) != 0 || ferror(stdout);
}
