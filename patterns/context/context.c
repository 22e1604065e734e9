/* context -- stop a task and all that it has started, and say why.
 *
 * A client's request starts a query, and the query asks two shards, each of
 * which has half of the data. When the client leaves, or the time of one is up,
 * all that came of it must end too, but not what it came from. So each has a
 * context, made from its parent's: the end and its reason go down, never up.
 *
 *     request --> query --+--> north     each: done, why
 *        ^                |      ^
 *     cancel              |   deadline
 *                         '--> south
 *
 * Watch the query: when the time of one shard is up, it goes on. Then the
 * client leaves, and whoever is left ends for this reason.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

#define NO_LIMIT LLONG_MAX

enum { TASKS = 3 };

struct context {
    const char *name;
    const struct context *parent; /* or NULL */
    long long limit_ms;
    chan(const char *) cancel;
    chan(bool) done; /* when it is closed why is set, for good */
    const char *why;
    struct waitgroup running; /* the context, and the task that it is for */
    bool task_ended;          /* the task's, until running is waited for */
};

/* Waits for the first of three ends. Nobody else writes why, and nobody reads
 * it before the close; so it needs no lock. */
static void context(void *arg)
{
    struct context *ctx = arg;
    const struct context *parent = ctx->parent;
    int which = chan_select(chan_on_recv(ctx->cancel, &ctx->why),
                            chan_on_recv(parent ? parent->done : NULL, NULL),
                            chan_on_timeout_ms(ctx->limit_ms));
    if (which == 1)
        ctx->why = parent->why;
    if (which == 2)
        ctx->why = "deadline";
    chan_close(ctx->done); /* heard by its task, and by its children */
}

static void context_start(struct context *ctx, const char *name,
                          const struct context *parent, long long limit_ms)
{
    *ctx = (struct context){.name = name, .parent = parent};
    ctx->limit_ms = limit_ms;
    ctx->cancel = chan_make(const char *, 0);
    ctx->done = chan_make(bool, 0);
    wg_go(&ctx->running, context, ctx);
}

/* May be called by anyone, again and again: the first reason counts, and
 * whoever comes later finds it done. So does the caller, when we return. */
static void context_cancel(struct context *ctx, const char *why)
{
    chan_select(chan_on_send(ctx->cancel, why), chan_on_recv(ctx->done, NULL));
    chan_recv(ctx->done, NULL);
}

/* Waits for its end, so cancel it before, or its parent. Children first: as
 * long as they run they listen to their parent. */
static void context_free(struct context *ctx)
{
    wg_wait(&ctx->running);
    chan_free(ctx->cancel);
    chan_free(ctx->done);
}

/* The data is slow today. A task would wait for it in a select, beside done;
 * here nothing comes, and that case is left out. */
static void wait_for_data(struct context *ctx)
{
    chan_recv(ctx->done, NULL);
    printf("%s: ended (%s)\n", ctx->name, ctx->why);
    ctx->task_ended = true;
}

static void query(void *ctx)
{
    wait_for_data(ctx);
}

static void shard(void *ctx)
{
    wait_for_data(ctx);
}

int main(int argc, char **argv)
{
    int north_ms = 30, query_ms = -1;
    args(argc, argv,
         "context [NORTH_MS [QUERY_MS]]    (0 to 1000: 30, no limit)",
         arg_number(&north_ms, 0, 1000), arg_number(&query_ms, 0, 1000));
    long long query_limit_ms = query_ms < 0 ? NO_LIMIT : query_ms;

    struct context request_ctx, query_ctx, north_ctx, south_ctx;
    context_start(&request_ctx, "request", NULL, NO_LIMIT);
    context_start(&query_ctx, "query", &request_ctx, query_limit_ms);
    wg_go(&query_ctx.running, query, &query_ctx);
    context_start(&north_ctx, "north", &query_ctx, north_ms);
    wg_go(&north_ctx.running, shard, &north_ctx);
    context_start(&south_ctx, "south", &query_ctx, NO_LIMIT);
    wg_go(&south_ctx.running, shard, &south_ctx);

    wg_wait(&north_ctx.running); /* its time is up, or that of the query */
    if (chan_select(chan_on_recv(query_ctx.done, NULL), CHAN_DEFAULT) == 1)
        puts("query: goes on");
    puts("client: leaves");
    context_cancel(&request_ctx, "client left");

    context_free(&south_ctx);
    context_free(&north_ctx);
    context_free(&query_ctx);
    context_free(&request_ctx);
    printf("request: ended (%s)\n", request_ctx.why);
    int ended =
        query_ctx.task_ended + north_ctx.task_ended + south_ctx.task_ended;
    printf("%d of %d tasks have ended\n", ended, TASKS);
    return ended != TASKS;
}
