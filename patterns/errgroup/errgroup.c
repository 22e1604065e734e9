/* errgroup -- the first error stops the rest; then wait for all of them.
 *
 * Before a rocket starts, everything is checked at the same time. As soon as
 * one check fails there will be no launch, and the others need not go on. What
 * counts is the first error; but the end has come only when all have ended.
 *
 *     engine ---.
 *     fuel -----+--> error, room for one --> the first to fail closes stop
 *     guidance -+                                         |
 *     weather --'<----------------- stop -----------------'
 *
 * Watch the weather: its check would fail too, but it is broken off before. So
 * it isn't the reason; and it does appear among those that have ended.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { CHECKS = 4 };

struct group {
    struct waitgroup members;
    chan(const char *) error; /* has room for one */
    chan(bool) stop;
};

/* Only one can put its error into the empty place, however many try it at the
 * same moment. That one closes stop; a second close would be a panic. */
static void group_fail(struct group *g, const char *error)
{
    if (chan_select(chan_on_send(g->error, error), CHAN_DEFAULT) == 0)
        chan_close(g->stop);
}

/* Waits for all. Returns the first error, or NULL. */
static const char *group_wait(struct group *g)
{
    const char *first;
    wg_wait(&g->members);
    chan_close(g->error);
    chan_recv(g->error, &first); /* NULL, if it is closed and empty */
    chan_free(g->error);
    chan_free(g->stop);
    return first;
}

struct check {
    const char *name;
    int takes_ms;
    bool fails;
    struct group *group;
    const char *end; /* the check's, until the group has been waited for */
};

static void check(void *arg)
{
    struct check *c = arg;
    if (chan_select(chan_on_recv(c->group->stop, NULL),
                    chan_on_timeout_ms(c->takes_ms)) == 0) {
        c->end = "broken off";
    } else if (c->fails) {
        c->end = "failed";
        group_fail(c->group, c->name);
    } else {
        c->end = "ready";
    }
}

/* Prints how each has ended. Returns how many have. */
static int report(const struct check *checks)
{
    int ended = 0;
    for (int i = 0; i < CHECKS; i++) {
        printf("%s: %s\n", checks[i].name,
               checks[i].end ? checks[i].end : "lost");
        ended += checks[i].end != NULL;
    }
    return ended;
}

/* Sets which of the checks fail, and how long they take. */
static void options(int argc, char **argv, struct check *checks)
{
    int takes_ms = -1, failing = 0;
    args(
        argc, argv, "errgroup [-t MS] [none | CHECK...]   (which fail)",
        opt_number('t', &takes_ms, 0, 1000),
        arg_choices(&failing, "engine", "fuel", "guidance", "weather", "none"));
    for (int i = 0; i < CHECKS; i++) {
        if (failing)
            checks[i].fails = failing & 1 << i;
        if (takes_ms >= 0)
            checks[i].takes_ms = takes_ms;
    }
}

int main(int argc, char **argv)
{
    struct check checks[CHECKS] = {
        {.name = "engine", .takes_ms = 0},
        {.name = "fuel", .takes_ms = 150, .fails = true},
        {.name = "guidance", .takes_ms = 300},
        {.name = "weather", .takes_ms = 450, .fails = true},
    };
    options(argc, argv, checks);

    struct group group = {.error = chan_make(const char *, 1),
                          .stop = chan_make(bool, 0)};
    for (int i = 0; i < CHECKS; i++) {
        checks[i].group = &group;
        wg_go(&group.members, check, &checks[i]);
    }
    const char *first = group_wait(&group);

    int ended = report(checks);
    printf("%d of %d checks have ended\n", ended, CHECKS);
    if (first)
        printf("no launch: %s failed\n", first);
    else
        puts("launch");
    return ended != CHECKS;
}
