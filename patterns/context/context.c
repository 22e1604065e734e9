/* context -- cancel a task and everything it has started, with a reason.
 *
 * A client's request starts a query, and the query starts a task for each shard
 * of the data. When the client leaves, all of them must stop. When the time of
 * one shard is up, only this shard must stop. So every task gets a context, and
 * a context is made from the context of the task above. Cancellation, deadline
 * and reason travel from parent to child, never from child to parent.
 *
 *                     request --> query --+--> shard 1
 *                        ^                |       ^
 *                     cancel              |    deadline
 *                                         '--> shard 2
 *
 * Watch the reasons: "deadline" stops one shard. "client left" stops every task
 * that still runs.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

#define NO_LIMIT LLONG_MAX

struct context {
    const char *name;
    const struct context *parent; /* or NULL */
    long long limit_ms;
    chan(const char *) cancel; /* takes the reason */
    chan(bool) done;           /* closed when the context ends */
    const char *why;           /* may be read only after done is closed */
    struct waitgroup running;  /* counts the goroutine context() */
};

/* Every context has this goroutine. It waits for the first of three events.
 * Only this goroutine writes why, and it does so before it closes done. So a
 * reader that has found done closed needs no lock. */
static void context(void *arg)
{
    struct context *ctx = arg;
    lab_name("context of %s", ctx->name); /* in reports and pictures */
    chan(bool) parent_done = ctx->parent ? ctx->parent->done : NULL;
    int which = chan_select(chan_on_recv(ctx->cancel, &ctx->why),
                            chan_on_recv(parent_done, NULL),
                            chan_on_timeout_ms(ctx->limit_ms));
    if (which == 1)
        ctx->why = ctx->parent->why;
    if (which == 2)
        ctx->why = "deadline";
    chan_close(ctx->done); /* wakes the task and the child contexts */
}

/* The context ends with its parent, after limit_ms, or by context_cancel(). */
static void context_start(struct context *ctx, const char *name,
                          const struct context *parent, long long limit_ms)
{
    *ctx = (struct context){name, .parent = parent, .limit_ms = limit_ms};
    ctx->cancel = chan_make(const char *, 0);
    ctx->done = chan_make(bool, 0);
    wg_go(&ctx->running, context, ctx);
}

/* Returns when ctx has ended. Any goroutine may call it, and more than once:
 * the first reason counts. */
static void context_cancel(struct context *ctx, const char *why)
{
    if (chan_select(chan_on_send(ctx->cancel, why),
                    chan_on_recv(ctx->done, NULL)) == 0)
        chan_recv(ctx->done, NULL);
}

/* Returns the reason, or NULL if ctx has not ended. Never blocks. */
static const char *context_why(const struct context *ctx)
{
    if (chan_select(chan_on_recv(ctx->done, NULL), CHAN_DEFAULT) == 1)
        return NULL;
    return ctx->why;
}

/* Call it when the tasks that use ctx have returned, and its children have been
 * freed: they receive from done. */
static void context_free(struct context *ctx)
{
    context_cancel(ctx, "finished");
    wg_wait(&ctx->running);
    chan_free(ctx->cancel);
    chan_free(ctx->done);
}

static void report(const char *task, const char *why)
{
    if (why)
        printf("%s: stopped (%s)\n", task, why);
    else
        printf("%s: complete\n", task);
}

struct shard {
    const char *name;
    int takes_ms;
    const struct context *ctx;
    chan(bool) results; /* has a free slot for each shard */
};

static void shard(void *arg)
{
    const struct shard *self = arg;
    lab_name("%s", self->name);
    bool stopped = chan_select(chan_on_recv(self->ctx->done, NULL),
                               chan_on_timeout_ms(self->takes_ms)) == 0;
    report(self->name, stopped ? self->ctx->why : NULL);
    chan_send(self->results, !stopped);
}

struct query {
    const struct context *ctx;
    long long shard_ms;
    chan(bool) results;
};

/* Every shard has a context below the query's. The query waits for its shards:
 * no task returns before the tasks that it has started. */
static void query(void *arg)
{
    const struct query *self = arg;
    struct context ctx1, ctx2;
    struct waitgroup shards = {0};
    context_start(&ctx1, "shard 1", self->ctx, self->shard_ms);
    wg_go(&shards, shard, (struct shard){"shard 1", 500, &ctx1, self->results});
    context_start(&ctx2, "shard 2", self->ctx, NO_LIMIT);
    wg_go(&shards, shard, (struct shard){"shard 2", 900, &ctx2, self->results});
    wg_wait(&shards);
    context_free(&ctx1);
    context_free(&ctx2);
    report("query", context_why(self->ctx));
}

/* The client leaves when it has the result of the first shard. */
static void request(long long query_ms, long long shard_ms)
{
    struct context request_ctx, query_ctx;
    struct waitgroup running = {0};
    chan(bool) results = chan_make(bool, 2);
    context_start(&request_ctx, "request", NULL, NO_LIMIT);
    context_start(&query_ctx, "query", &request_ctx, query_ms);
    wg_go(&running, query, (struct query){&query_ctx, shard_ms, results});

    chan_recv(results, NULL);
    if (!context_why(&query_ctx))
        puts("query: still running");
    puts("client: leaves");
    context_cancel(&request_ctx, "client left");
    wg_wait(&running);
    context_free(&query_ctx);
    context_free(&request_ctx);
    report("request", request_ctx.why);
    chan_free(results);
}

/* ---- The program around it: options, input, report ---- */

int main(int argc, char **argv)
{
    int shard_ms = 30, query_ms = -1;
    args(argc, argv,
         "context [SHARD_MS [QUERY_MS]]    (0 to 1000: 30, no limit)",
         arg_number(&shard_ms, 0, 1000), arg_number(&query_ms, 0, 1000));
    request(query_ms < 0 ? NO_LIMIT : query_ms, shard_ms);
    return 0;
}
