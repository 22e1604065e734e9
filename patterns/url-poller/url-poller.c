/* url-poller -- keep an eye on web pages, and stop in good order.
 *
 * A page is polled, shown if it has changed, left alone for a while, and polled
 * again. It goes round in a circle of channels: whoever has it may look at it
 * and change it, and nobody else does. So there is no lock.
 *
 *     .--pending--> pollers --seen--> main --> sleepers --.
 *     '---------------------------------------------------'
 *
 * Watch the end. It comes after so many rounds, or by ^C: every page comes back
 * to main, from wherever it is in the circle, and then all others may go.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <getopt.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct page {
    const char *name; /* as it is shown */
    char host[256], path[512];
    struct sockaddr_storage at; /* its address and port, and how long that is */
    socklen_t at_size;
};

enum { STATE = 64 };

#include "head.h"
#include "town.h"

/* A page on its way round, and what is known of it: "200 OK", or why not. */
struct visit {
    struct page page;
    int number, polls;
    char state[STATE];
};

/* What all share, and nobody changes. To stop, two things are closed: `quit` for
 * those who wait in a select, and the bell for those who wait in poll(). */
struct circle {
    chan(struct visit *) pending, seen; /* each has room for all pages */
    chan(bool) quit;
    int bell[2]; /* a pipe, as in blocking-read */
    int interval_ms, limit_ms;
};

struct poller {
    const struct circle *circle;
};

static void poller(void *arg)
{
    const struct circle *c = ((struct poller *)arg)->circle;
    for (struct visit *v; chan_recv(c->pending, &v);) {
        int fd = socket(v->page.at.ss_family,
                        SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        long long until = now_ms() + c->limit_ms;
        if ((fd < 0 || !head(&v->page, fd, c->bell[0], until, v->state)) &&
            errno != ECANCELED) /* then we just don't know */
            snprintf(v->state, STATE, "%s", strerror(errno));
        if (fd >= 0)
            close(fd);
        v->polls++;
        chan_send(c->seen, v); /* and from here on it is main's */
    }
}

struct sleeper {
    const struct circle *circle;
    struct visit *visit;
};

/* Lets a page rest. When all is over it goes back to main, and at once. */
static void sleeper(void *arg)
{
    const struct sleeper *self = arg;
    const struct circle *c = self->circle;
    if (chan_select(chan_on_recv(c->quit, NULL),
                    chan_on_timeout_ms(c->interval_ms)) == 0)
        chan_send(c->seen, self->visit);
    else
        chan_send(c->pending, self->visit);
}

/* ^C becomes a message: the page of signal-quit tells how. */
struct listener {
    sigset_t signals;
    chan(int) stop;
};

static void listener(void *arg)
{
    const struct listener *self = arg;
    int signal;
    sigwait(&self->signals, &signal);
    chan_send(self->stop, signal);
}

/* Main's own, as the pages are mostly in other hands. */
struct board {
    const struct visit *visits;
    char (*states)[STATE];
    int known, n;
};

/* Shows all pages as soon as each of them is known, then what has changed. */
static void show(struct board *board, const struct visit *v)
{
    char *state = board->states[v->number];
    bool news = !*state;
    if (strcmp(state, v->state) == 0)
        return;
    if (board->known == board->n)
        printf("%s: %s (was %s)\n", v->page.name, v->state, state);
    strcpy(state, v->state);
    board->known += news;
    for (int i = 0; news && board->known == board->n && i < board->n; i++)
        printf("%s: %s\n", board->visits[i].page.name, board->states[i]);
}

/* Sends the pages round until each has been seen so often, or a signal comes.
 * Returns whether it was the signal. */
static bool watch(const struct circle *c, struct board *board, int rounds,
                  chan(int) signals, struct waitgroup *everybody)
{
    bool stopping = false;
    for (int away = board->n; away > 0;) {
        struct visit *v;
        if (chan_select(chan_on_recv(c->seen, &v),
                        chan_on_recv(signals, NULL)) == 1) {
            stopping = true;
            chan_close(c->quit);
            close(c->bell[1]);
            continue;
        }
        show(board, v);
        if (stopping || v->polls == rounds)
            away--; /* it stays here */
        else
            wg_go(everybody, sleeper, (struct sleeper){c, v});
    }
    return stopping;
}

struct options {
    int rounds, pollers, interval_ms, limit_ms;
    char **urls;
    int n;
};

static bool number(const char *text, int least, int *n)
{
    char *end;
    long value = strtol(text, &end, 10);
    *n = (int)value;
    return end != text && !*end && value >= least && value <= 1000000;
}

static struct options options(int argc, char **argv)
{
    static const struct option help[] = {{"help", 0, NULL, 'h'}, {0}};
    struct options o = {-1, 2, 1000, 2000, NULL, 0};
    bool good = true;
    int c;
    opterr = 0;
    while (good && (c = getopt_long(argc, argv, "hn:j:i:t:", help, NULL)) != -1)
        good = (c == 'n' && number(optarg, 1, &o.rounds)) ||
               (c == 'j' && number(optarg, 1, &o.pollers) && o.pollers < 256) ||
               (c == 'i' && number(optarg, 0, &o.interval_ms)) ||
               (c == 't' && number(optarg, 1, &o.limit_ms));
    if (!good) {
        fputs("usage: url-poller [-n ROUNDS] [-j POLLERS] [-i INTERVAL_MS] "
              "[-t LIMIT_MS] [URL...]\n",
              c == 'h' ? stdout : stderr);
        exit(c == 'h' ? 0 : 2);
    }
    o.urls = argv + optind;
    o.n = argc - optind;
    return o;
}

static void *need(void *memory)
{
    if (!memory)
        perror("url-poller"), abort();
    return memory;
}

/* The pages named, or those of a little town of our own. */
static struct visit *find_pages(struct options *o, int bell,
                                struct waitgroup *town)
{
    bool ours = o->n == 0;
    o->n = ours ? 3 : o->n;
    struct visit *v = need(calloc((size_t)o->n, sizeof *v));
    for (int i = 0; i < o->n; i++) {
        v[i].number = i;
        if (!ours && !page_parse(&v[i].page, o->urls[i])) {
            fprintf(stderr, "url-poller: can't find %s\n", o->urls[i]);
            exit(1);
        }
    }
    if (ours) {
        o->rounds = o->rounds < 0 ? 3 : o->rounds;
        o->interval_ms = 20;
        v[0].page = open_shop(town, "bakery", 2 * o->rounds, bell);
        v[1].page = v[0].page;
        v[1].page.name = "bakery/cellar";
        strcpy(v[1].page.path, "/cellar");
        v[2].page = open_shop(town, "library", 1, bell);
    }
    return v;
}

static void block_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
}

/* Makes the circle, and starts all who stand in it. */
static void begin(struct circle *c, const struct options *o, chan(int) stop,
                  sigset_t signals, struct waitgroup *everybody)
{
    c->quit = chan_make(bool, 0);
    c->pending = chan_make(struct visit *, o->n);
    c->seen = chan_make(struct visit *, o->n);
    c->interval_ms = o->interval_ms;
    c->limit_ms = o->limit_ms;
    wg_go(everybody, listener, (struct listener){signals, stop});
    for (int i = 0; i < o->pollers; i++)
        wg_go(everybody, poller, (struct poller){c});
}

/* Returns how often the pages were polled, now that all of them are here. */
static int end(struct circle *c, const struct options *o, struct visit *visits,
               struct waitgroup *everybody)
{
    int polls = 0;
    chan_close(c->pending);
    wg_wait(everybody);
    for (int i = 0; i < o->n; i++)
        polls += visits[i].polls;
    close(c->bell[0]);
    chan_free(c->pending);
    chan_free(c->seen);
    chan_free(c->quit);
    return polls;
}

int main(int argc, char **argv)
{
    struct options o = options(argc, argv);
    struct waitgroup everybody = {0};
    struct circle c = {0};
    sigset_t signals;
    block_signals(&signals);
    if (pipe2(c.bell, O_CLOEXEC) != 0)
        return perror("url-poller: no bell"), 1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct visit *visits = find_pages(&o, c.bell[0], &everybody);
    struct board board = {visits, need(calloc((size_t)o.n, STATE)), 0, o.n};
    chan(int) stop = chan_make(int, 1);
    begin(&c, &o, stop, signals, &everybody);

    for (int i = 0; i < o.n; i++)
        chan_send(c.pending, &visits[i]);
    if (!watch(&c, &board, o.rounds, stop, &everybody)) {
        kill(getpid(), SIGTERM); /* for the listener; all others block it */
        close(c.bell[1]);
    }

    int polls = end(&c, &o, visits, &everybody);
    printf("%d pages, %d polls, all are back\n", o.n, polls);
    chan_free(stop);
    free(board.states);
    free(visits);
    return 0;
}
