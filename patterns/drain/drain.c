/* drain -- graceful shutdown of a worker queue.
 *
 * A server must stop while requests wait in its queue and clients send more.
 * A drain refuses new requests and finishes the accepted ones. A quit drops the
 * requests that are still in the queue. This program does both, one after the
 * other.
 *
 *     client --.                      .--> worker <--.
 *              +--submit--> requests -+              +-- quit
 *     client --'     ^                '--> worker <--'
 *                 closing
 *
 * Watch for dropped requests: a drain drops none. A quit drops at most as many
 * as the queue has slots.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdatomic.h>

enum { CLIENTS = 2, REQUESTS = 6, WORKERS = 2, QUEUE = 2 };

struct server {
    chan(int) requests;           /* the queue of accepted requests */
    chan(bool) closing, quit;     /* nothing is sent, only closed */
    atomic_int accepted, refused; /* incremented by the clients */
    atomic_int finished;          /* incremented by the workers */
    int dropped;                  /* counted after all of them have returned */
};

static bool is_closed(chan(bool) c)
{
    return chan_select(chan_on_recv(c, NULL), CHAN_DEFAULT) == 0;
}

/* Returns whether the request was accepted. The first check refuses every
 * request that comes after closing. The select alone would accept half of them
 * while the queue has a free slot: if both cases are ready, it chooses one at
 * random. */
static bool submit(const struct server *s, int request)
{
    return !is_closed(s->closing) &&
           chan_select(chan_on_send(s->requests, request),
                       chan_on_recv(s->closing, NULL)) == 0;
}

static void client(void *arg)
{
    struct server *s = arg;
    for (int request = 1; request <= REQUESTS; request++) {
        sleep_ms(5); /* stands for preparing the request */
        atomic_int *count = submit(s, request) ? &s->accepted : &s->refused;
        atomic_fetch_add(count, 1);
    }
}

static void worker(void *arg)
{
    struct server *s = arg;
    while (!is_closed(s->quit)) {
        bool ok = false; /* It stays false if the select chooses quit. */
        chan_select(chan_on_recv(s->requests, NULL, &ok),
                    chan_on_recv(s->quit, NULL));
        if (!ok)
            return;   /* The queue is closed and empty, or quit is closed. */
        sleep_ms(10); /* stands for the work */
        atomic_fetch_add(&s->finished, 1);
    }
}

static void shut_down(const struct server *s, struct waitgroup *clients,
                      struct waitgroup *workers)
{
    chan_close(s->closing);  /* From now on submit() refuses. */
    wg_wait(clients);        /* No client is inside submit() any more, */
    chan_close(s->requests); /* so no send meets a closed channel. */
    wg_wait(workers);        /* They return when the queue is empty. */
}

static void serve(struct server *s, int open_ms, bool quit)
{
    *s = (struct server){.requests = chan_make(int, QUEUE),
                         .closing = chan_make(bool, 0),
                         .quit = chan_make(bool, 0)};
    struct waitgroup clients = {0}, workers = {0};
    for (int i = 0; i < CLIENTS; i++)
        wg_go(&clients, client, s);
    for (int i = 0; i < WORKERS; i++)
        wg_go(&workers, worker, s);
    sleep_ms(open_ms); /* stands for waiting for SIGTERM */
    if (quit)
        chan_close(s->quit); /* A worker finishes at most one more request. */
    shut_down(s, &clients, &workers);

    while (chan_recv(s->requests, NULL))
        s->dropped++; /* accepted, but not received by a worker */
    chan_free(s->requests);
    chan_free(s->closing);
    chan_free(s->quit);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

#include <stdio.h>

/* Returns whether each request is accounted for. */
static bool report(const char *how, int open_ms, bool quit)
{
    struct server s;
    serve(&s, open_ms, quit);
    printf("%s: accepted %d, refused %d; finished %d, dropped %d\n", how,
           s.accepted, s.refused, s.finished, s.dropped);
    return s.accepted + s.refused == CLIENTS * REQUESTS &&
           s.finished + s.dropped == s.accepted;
}

int main(int argc, char **argv)
{
    enum { BOTH = -1, DRAIN, QUIT };
    int mode = BOTH, open_ms = 25;
    args(argc, argv, "drain [drain | quit] [OPEN_MS]    (0 to 1000: 25)",
         arg_choice(&mode, "drain", "quit"), arg_number(&open_ms, 0, 1000));

    bool all = true;
    if (mode != QUIT)
        all = report("drain", open_ms, false);
    if (mode != DRAIN)
        all = report("quit", open_ms, true) && all;
    puts(all ? "every request is accounted for" : "requests are missing");
    return !all;
}
