/* deadline -- limit the time of several calls together.
 *
 * Five calls, made in different functions, fetch a page. With a timeout of
 * 300 ms for each call the fetch may take 1500 ms. So main computes one point
 * in time, the deadline, and every function passes it down. A call waits only
 * for the time that is left until the deadline.
 *
 *     fetch ----- resolve
 *       |-------- open ------ connect, handshake
 *       '-------- transfer -- request, body
 *
 * Watch which call exceeds the deadline. No call takes 300 ms, but one of them
 * takes longer than the earlier calls have left for it. The program makes no
 * call after it.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct server {
    const char *call;
    int takes_ms;
    chan(const char *) reply;
    chan(bool) cancelled; /* nothing is sent, only closed */
};

/* Stands for the other end of a call. It replies after takes_ms. */
static void server(void *arg)
{
    const struct server *s = arg;
    lab_name("server for %s", s->call); /* in reports and pictures */
    if (chan_select(chan_on_recv(s->cancelled, NULL),
                    chan_on_timeout_ms(s->takes_ms)) == 1)
        chan_send(s->reply, s->call); /* never blocks: reply has a free slot */
}

/* Returns whether the reply came before the deadline, a time of now_ms(). */
static bool call(const char *name, int takes_ms, long long deadline)
{
    chan(const char *) reply = chan_make(const char *, 1);
    chan(bool) cancelled = chan_make(bool, 0);
    struct waitgroup wg = {0};
    wg_go(&wg, server, (struct server){name, takes_ms, reply, cancelled});

    /* If no time is left, the select does not wait. It chooses a reply that is
     * there, even a late one, so the clock must be checked as well. */
    int which = chan_select(chan_on_recv(reply, NULL),
                            chan_on_timeout_ms(deadline - now_ms()));
    bool in_time = which == 0 && now_ms() <= deadline;
    printf("%s: %s\n", name, in_time ? "done" : "deadline exceeded");

    chan_close(cancelled); /* The server stops if it has not replied. */
    wg_wait(&wg);
    chan_free(reply);
    chan_free(cancelled);
    return in_time;
}

/* These functions pass the deadline on unchanged. They do not know how long the
 * fetch may take, nor how much time has passed. */
static bool open_connection(long long deadline)
{
    return call("connect", 50, deadline) && call("handshake", 50, deadline);
}

static bool transfer(long long deadline)
{
    return call("request", 270, deadline) && call("body", 50, deadline);
}

static bool fetch(long long deadline)
{
    return call("resolve", 50, deadline) && open_connection(deadline) &&
           transfer(deadline);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    int limit_ms =
        args_number(argc, argv, "deadline [MILLISECONDS]", 300, 0, 60 * 1000);
    long long began = now_ms();
    bool done = fetch(began + limit_ms);
    printf("fetch: %s\n", done ? "complete" : "failed");
    fprintf(stderr, "~ after %lld of %d ms\n", now_ms() - began, limit_ms);
    return 0;
}
