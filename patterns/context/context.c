/* context -- stop a task and all that it has started, and say why.
 *
 * A task starts others, and they start others again. When it is called off, or
 * its time is up, all that came of it must end too, but not what it came from.
 * So each task has a context, made from its parent's: the end and the reason
 * for it go down, from parent to children, and never up.
 *
 *     base --> rope --+--> scout     each: done, why
 *       ^             |      ^
 *     cancel          |   deadline
 *                     '--> porter
 *
 * Watch the rope: while the scout comes down, whose time is up, it goes on, and
 * answers. Then base calls off everything, and they all have the same reason.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOREVER LLONG_MAX /* no deadline of its own */

struct context {
    struct context *parent; /* or NULL */
    long long limit_ms;
    chan(const char *) cancel;
    chan(bool) done; /* when it is closed why is set, for good */
    const char *why;
    struct waitgroup running;
};

/* Waits for the first of three ends. Nobody else writes why, and nobody reads
 * it before the close; so it needs no lock. */
static void context(void *arg)
{
    struct context *c = arg;
    int which =
        chan_select(chan_on_recv(c->cancel, &c->why),
                    chan_on_recv(c->parent ? c->parent->done : NULL, NULL),
                    chan_on_timeout_ms(c->limit_ms));
    if (which == 1)
        c->why = c->parent->why;
    if (which == 2)
        c->why = "out of time";
    chan_close(c->done); /* heard by the task, and by each child's context */
}

static void context_start(struct context *c, struct context *parent,
                          long long limit_ms)
{
    *c = (struct context){.parent = parent, .limit_ms = limit_ms};
    c->cancel = chan_make(const char *, 0);
    c->done = chan_make(bool, 0);
    wg_go(&c->running, context, c);
}

/* May be called by anyone, again and again: the first reason counts, and who
 * comes later finds it done. */
static void context_cancel(struct context *c, const char *why)
{
    chan_select(chan_on_send(c->cancel, why), chan_on_recv(c->done, NULL));
}

/* Waits for its end, so cancel it before, or its parent. Children first: as
 * long as they run they listen to their parent. */
static void context_free(struct context *c)
{
    wg_wait(&c->running);
    chan_free(c->cancel);
    chan_free(c->done);
}

struct climber {
    const char *name;
    struct context *context;
    chan(const char *) radio;
    chan(struct climber) down;
};

static void climber(void *arg)
{
    const struct climber *c = arg;
    while (chan_select(chan_on_send(c->radio, "climbing"),
                       chan_on_recv(c->context->done, NULL)) == 0)
        continue; /* was asked, and is still climbing */
    chan_send(c->down, *c);
}

static void meet(chan(struct climber) down)
{
    struct climber c;
    chan_recv(down, &c);
    printf("%s: comes down (%s)\n", c.name, c.context->why);
}

static int options(int argc, char **argv)
{
    const char *ms = argc == 2 ? argv[1] : "";
    bool help = !strcmp(ms, "-h") || !strcmp(ms, "--help");
    char *end;
    long n = argc == 1 ? 30 : strtol(ms, &end, 10);
    if (argc == 1 || (*ms && !*end && n >= 0 && n <= 1000))
        return (int)n;
    fputs("usage: context [SCOUT_MS]    (0 to 1000: 30)\n",
          help ? stdout : stderr);
    exit(help ? 0 : 2);
}

int main(int argc, char **argv)
{
    int scout_ms = options(argc, argv);
    struct context base, rope, scout, porter;
    context_start(&base, NULL, FOREVER);
    context_start(&rope, &base, FOREVER);
    context_start(&scout, &rope, scout_ms);
    context_start(&porter, &rope, FOREVER);

    chan(const char *) radio = chan_make(const char *, 0);
    chan(struct climber) down = chan_make(struct climber, 0);
    struct waitgroup climbers = {0};
    wg_go(&climbers, climber, (struct climber){"rope", &rope, radio, down});
    wg_go(&climbers, climber, (struct climber){"scout", &scout, .down = down});
    wg_go(&climbers, climber,
          (struct climber){"porter", &porter, .down = down});

    const char *answer;
    meet(down);
    chan_recv(radio, &answer);
    printf("rope: still %s\n", answer);
    puts("base: storm, everybody down");
    context_cancel(&base, "storm");
    meet(down);
    meet(down);
    wg_wait(&climbers);

    context_free(&porter), context_free(&scout);
    context_free(&rope), context_free(&base);
    chan_free(radio), chan_free(down);
    puts("nobody is left on the mountain");
    return 0;
}
