/* url-poller -- keep an eye on web pages, and stop in good order.
 *
 * A page is polled, shown if it has changed, left alone for a while, and polled
 * again. It goes round in a circle of channels: whoever has it may look at it
 * and change it, and nobody else does. So there is no lock.
 *
 *     .--pending--> pollers --seen--> main --> sleepers --.
 *     '---------------------------------------------------'
 *
 * Watch the end. ^C comes at any time, and finds one page in the hands of a
 * poller, one at rest, and one in the queue. From wherever they are, all come
 * back to main. Only then may the others go.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

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

#include "head.h"

/* A page on its way round, and what is known of it. */
struct page {
    const char *name; /* as it is shown */
    struct address address;
    int polls, rest_ms;
    char state[STATE], shown[STATE]; /* "200 OK", or why not; and main's copy */
    const char *back_from;           /* where it was in the end */
};

/* What all share, and nobody changes. To stop, two things are closed: `quit` for
 * those who wait in a select, and the pipe for those who wait in poll(). */
struct circle {
    chan(struct page *) pending, seen; /* each has room for all pages */
    chan(bool) quit;
    int quit_pipe[2]; /* as in blocking-read */
    int limit_ms;
};

#include "rehearsal.h"

struct poller {
    const struct circle *circle;
};

static void poller(void *arg)
{
    const struct circle *c = ((struct poller *)arg)->circle;
    for (struct page *page; chan_recv(c->pending, &page);) {
        if (chan_select(chan_on_recv(c->quit, NULL), CHAN_DEFAULT) == 0) {
            page->back_from = "the queue";
        } else {
            page->back_from = "a poll"; /* all of it, or it is broken off */
            page->polls +=
                ask(&page->address, c->quit_pipe[0], c->limit_ms, page->state);
        }
        chan_send(c->seen, page); /* and from here on it is main's */
    }
}

struct sleeper {
    const struct circle *circle;
    struct page *page;
};

/* Lets a page rest. When all is over it goes back to main, and at once. */
static void sleeper(void *arg)
{
    const struct sleeper *self = arg;
    const struct circle *c = self->circle;
    struct page *page = self->page;
    if (chan_select(chan_on_recv(c->quit, NULL),
                    chan_on_timeout_ms(page->rest_ms)) == 0) {
        page->back_from = "its rest";
        chan_send(c->seen, page);
    } else {
        chan_send(c->pending, page);
    }
}

enum { GO_HOME = SIGUSR1 }; /* from us, to our own listener */

/* ^C becomes a message, and a second one kills: signal-quit tells how. */
struct listener {
    sigset_t all, only_go_home;
    chan(int) stop;
};

static void listener(void *arg)
{
    const struct listener *self = arg;
    int signal;
    sigwait(&self->all, &signal);
    chan_send(self->stop, signal);
    if (signal == GO_HOME)
        return;
    pthread_sigmask(SIG_SETMASK, &self->only_go_home, NULL);
    sigwait(&self->only_go_home, &signal);
}

/* Shows what has changed since it was here the last time. */
static void show(struct page *page)
{
    if (strcmp(page->shown, page->state) == 0)
        return;
    printf("%s: %s", page->name, page->state);
    if (*page->shown)
        printf(" (was %s)", page->shown);
    putchar('\n');
    strcpy(page->shown, page->state);
}

/* Sends the pages round until each has been polled so often, or a signal comes.
 * Returns whether it was the signal. Then all pages are here. */
static bool watch(const struct circle *c, int away, int rounds, chan(int) stop,
                  struct waitgroup *everybody)
{
    bool stopping = false;
    while (away > 0) {
        struct page *page;
        if (chan_select(chan_on_recv(c->seen, &page),
                        chan_on_recv(stop, NULL)) == 1) {
            stopping = true;
            chan_close(c->quit);
            close(c->quit_pipe[1]);
            continue;
        }
        show(page);
        if (stopping || page->polls == rounds)
            away--; /* it stays here */
        else
            wg_go(everybody, sleeper, (struct sleeper){c, page});
    }
    return stopping;
}

struct options {
    int rounds, pollers, rest_ms, limit_ms;
    char **urls;
    int n;
};

static struct options options(int argc, char **argv)
{
    struct options o = {-1, 2, 1000, 2000, NULL, REHEARSED};
    int given =
        args(argc, argv,
             "url-poller [[-n ROUNDS] [-j POLLERS] [-i REST_MS] [-t LIMIT_MS] "
             "URL...]",
             opt_number('n', &o.rounds, 1, 1000000),
             opt_number('j', &o.pollers, 1, 255),
             opt_number('i', &o.rest_ms, 0, 1000000),
             opt_number('t', &o.limit_ms, 1, 1000000), arg_rest(&o.urls));
    if (given == 0 && argc > 1)
        args_misuse();
    if (given > 0)
        o.n = given;
    return o;
}

static void find_pages(struct page *pages, const struct options *o)
{
    for (int i = 0; i < o->n; i++) {
        pages[i] = (struct page){.name = o->urls[i], .rest_ms = o->rest_ms};
        if (!address_parse(&pages[i].address, o->urls[i])) {
            fprintf(stderr, "url-poller: can't find %s\n", o->urls[i]);
            exit(1);
        }
    }
}

/* Everybody inherits this, so it comes before the first go(); but not before
 * names are looked up, which may take long. */
static void block_signals(struct listener *l)
{
    sigemptyset(&l->only_go_home);
    sigaddset(&l->only_go_home, GO_HOME);
    l->all = l->only_go_home;
    sigaddset(&l->all, SIGINT);
    sigaddset(&l->all, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &l->all, NULL);
}

static void report(const struct page *pages, int n, bool stopped)
{
    int polls = 0;
    for (int i = 0; i < n; i++) {
        polls += pages[i].polls;
        if (stopped)
            printf("%s: back from %s\n", pages[i].name, pages[i].back_from);
    }
    if (stopped)
        printf("^C: %d pages, all are back\n", n);
    else
        printf("%d pages, %d polls, all are back\n", n, polls);
}

int main(int argc, char **argv)
{
    struct options o = options(argc, argv);
    struct waitgroup everybody = {0};
    struct listener to_stop = {0};
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct circle c = {.limit_ms = o.limit_ms};
    struct page *pages = calloc((size_t)o.n, sizeof *pages);
    if (!pages || pipe2(c.quit_pipe, O_CLOEXEC) != 0)
        return perror("url-poller"), 1;
    if (o.urls)
        find_pages(pages, &o);
    block_signals(&to_stop);
    to_stop.stop = chan_make(int, 1);
    c.quit = chan_make(bool, 0);
    c.pending = chan_make(struct page *, o.n);
    c.seen = chan_make(struct page *, o.n);
    if (!o.urls)
        o.pollers = rehearsal(pages, &c, &everybody);

    wg_go(&everybody, listener, to_stop);
    for (int i = 0; i < o.pollers; i++)
        wg_go(&everybody, poller, (struct poller){&c});
    for (int i = 0; i < o.n; i++)
        chan_send(c.pending, &pages[i]);
    bool stopped = watch(&c, o.n, o.rounds, to_stop.stop, &everybody);
    if (!stopped)
        close(c.quit_pipe[1]);
    chan_close(c.pending);
    kill(getpid(), GO_HOME);
    wg_wait(&everybody);
    report(pages, o.n, stopped);

    close(c.quit_pipe[0]);
    chan_free(c.pending);
    chan_free(c.seen);
    chan_free(c.quit);
    chan_free(to_stop.stop);
    free(pages);
    return fflush(stdout) != 0 || ferror(stdout);
}
