/* errgroup -- the first error cancels the rest, and all are waited for.
 *
 * A web page needs the answers of four requests, which run at the same time. If
 * one of them fails there is no page, so the others need not go on. The result
 * is the first error, or none. It is known when all four requests have ended.
 *
 *                users ---.
 *                orders --+--> error (capacity 1): the first closes stop
 *                prices --+                             |
 *                reviews -'<----------- stop -----------'
 *
 * Watch the reviews: this request would fail, too, but it is cancelled before.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

struct group {
    struct waitgroup members;
    chan(const char *) error; /* capacity 1: the first error */
    chan(bool) stop;          /* closed after the first error */
};

/* Any member may call it. Only one error fits into the buffer. Every later send
 * finds the buffer full, and select takes the default case. So stop is closed
 * exactly once; a second close would be a panic. */
static void group_fail(struct group *g, const char *error)
{
    if (chan_select(chan_on_send(g->error, error), CHAN_DEFAULT) == 0)
        chan_close(g->stop);
}

struct request {
    const char *name;
    int takes_ms;
    bool fails;
    struct group *group;
    const char *end; /* written only by request(); read after wg_wait() */
};

/* A timeout stands for the work. A request that is cancelled is no error. */
static void request(void *arg)
{
    struct request *r = arg;
    lab_name("%s", r->name); /* in reports and pictures */
    if (chan_select(chan_on_recv(r->group->stop, NULL),
                    chan_on_timeout_ms(r->takes_ms)) == 0) {
        r->end = "cancelled";
    } else if (r->fails) {
        r->end = "failed";
        group_fail(r->group, r->name);
    } else {
        r->end = "complete";
    }
}

/* Runs n requests at the same time. Returns, when all have ended, the name of
 * the first that failed, or NULL. */
static const char *run_all(struct request *requests, int n)
{
    const char *first;
    struct group group = {.error = chan_make(const char *, 1),
                          .stop = chan_make(bool, 0)};
    for (int i = 0; i < n; i++) {
        requests[i].group = &group;
        wg_go(&group.members, request, &requests[i]);
    }
    wg_wait(&group.members); /* The requests use group. */
    chan_close(group.error);
    chan_recv(group.error, &first); /* NULL if no error is in the buffer */
    chan_free(group.error);
    chan_free(group.stop);
    return first;
}

/* ---- The program around it: options, input, report ---- */

enum { REQUESTS = 4 };

/* Prints how each request has ended. Returns how many have. */
static int report(const struct request *requests)
{
    int ended = 0;
    for (int i = 0; i < REQUESTS; i++) {
        const char *end = requests[i].end;
        printf("%s: %s\n", requests[i].name, end ? end : "still running");
        ended += end != NULL;
    }
    return ended;
}

/* Sets which of the requests fail, and how long they take. */
static void options(int argc, char **argv, struct request *requests)
{
    int takes_ms = -1, failing = 0;
    args(argc, argv, "errgroup [-t MS] [none | REQUEST...]   (which fail)",
         opt_number('t', &takes_ms, 0, 1000),
         arg_choices(&failing, "users", "orders", "prices", "reviews", "none"));
    for (int i = 0; i < REQUESTS; i++) {
        if (failing)
            requests[i].fails = failing & 1 << i;
        if (takes_ms >= 0)
            requests[i].takes_ms = takes_ms;
    }
}

int main(int argc, char **argv)
{
    struct request requests[REQUESTS] = {
        {.name = "users", .takes_ms = 0},
        {.name = "orders", .takes_ms = 150, .fails = true},
        {.name = "prices", .takes_ms = 300},
        {.name = "reviews", .takes_ms = 450, .fails = true},
    };
    options(argc, argv, requests);

    const char *first = run_all(requests, REQUESTS);

    int ended = report(requests);
    printf("%d of %d requests have ended\n", ended, REQUESTS);
    if (first)
        printf("first error: %s failed\n", first);
    else
        puts("no error");
    return ended != REQUESTS;
}
