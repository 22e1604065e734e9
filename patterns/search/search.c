/* search -- query several replicas at once, with a time limit.
 *
 * A search asks three indexes: web, images and video. If it asks one after the
 * other, it takes the sum of their times. If it asks all at once, it takes the
 * time of the slowest. A time limit leaves out an index that is too slow. And
 * if each index has replicas, the first replica that answers is enough.
 *
 *     replica --.              .-- web -----.
 *     replica --+-- first of --+-- images --+--results--> collect
 *     replica --'              '-- video ---'     limit-----^
 *
 * Watch the video: it is late in the third search and not in the fourth. Watch
 * the last line, too: an answer that comes too late is discarded, not lost.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdatomic.h>
#include <stdio.h>

enum { INDEXES = 3, REPLICAS = 3, NO_LIMIT = -1 };

static const char *const indexes[INDEXES] = {"web", "images", "video"};
static const int takes_ms[INDEXES][REPLICAS] = {
    {10, 25, 40}, {20, 5, 60}, {50, 35, 15}};

static atomic_int queries, used, discarded;

struct query {
    int index, replica;
    chan(int) to; /* with a free slot for each query that is sent */
};

/* Queries one server. Put a network request here. */
static void query(void *arg)
{
    const struct query *q = arg;
    queries++;
    sleep_ms(takes_ms[q->index][q->replica]);
    chan_send(q->to, q->index); /* never blocks, even if it is too late */
}

/* Queries all replicas of one index and passes the first answer on. Then it
 * waits for the other replicas, because they still send to `answers`. */
static void query_replicas(void *arg)
{
    const struct query *q = arg;
    chan(int) answers = chan_make(int, REPLICAS);
    struct waitgroup replicas = {0};
    for (int i = 0; i < REPLICAS; i++)
        wg_go(&replicas, query, (struct query){q->index, i, answers});

    int first;
    chan_recv(answers, &first);
    chan_send(q->to, first);

    wg_wait(&replicas);
    discarded += (int)chan_len(answers);
    chan_free(answers);
}

/* Prints each result as it arrives, and at the limit what has not arrived. */
static void collect(chan(int) results, int limit_ms)
{
    bool arrived[INDEXES] = {false};
    /* A case on NULL is never ready: no limit. */
    chan(struct timespec) limit =
        limit_ms == NO_LIMIT ? NULL : chan_after_ms(limit_ms);

    for (int index, n = 0; n < INDEXES; n++) {
        if (chan_select(chan_on_recv(results, &index),
                        chan_on_recv(limit, NULL)) == 1)
            break; /* the timer has fired */
        arrived[index] = true;
        used++;
        printf(" %s", indexes[index]);
    }
    for (int i = 0; i < INDEXES; i++)
        if (!arrived[i])
            printf(" (%s late)", indexes[i]);
    puts("");
    chan_free(limit);
}

struct search {
    const char *name;
    void (*query)(void *); /* query or query_replicas */
    bool sequential;       /* Wait for each index before asking the next. */
    int limit_ms;
};

/* Queries all indexes and prints the results. When it returns, every query has
 * returned as well, also a late one. */
static void search(struct search s)
{
    chan(int) results = chan_make(int, INDEXES);
    struct waitgroup asking = {0};
    long long began = now_ms();
    printf("%s:", s.name);
    void (*query_index)(void *) = s.query;
    for (int i = 0; i < INDEXES; i++) {
        wg_go(&asking, query_index, (struct query){i, 0, results});
        if (s.sequential)
            wg_wait(&asking);
    }
    collect(results, s.limit_ms);
    fprintf(stderr, "~ %s: %lld ms\n", s.name, now_ms() - began);

    wg_wait(&asking); /* Late queries still send to `results`. */
    discarded += (int)chan_len(results);
    chan_free(results);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    int limit_ms = 30, wanted = -1;
    args(argc, argv,
         "search [LIMIT_MS [sequential|parallel|limit|replicas]]    (30, all)",
         arg_number(&limit_ms, 0, 1000000),
         arg_choice(&wanted, "sequential", "parallel", "limit", "replicas"));

    const struct search searches[] = {
        {"sequential", query, true, NO_LIMIT},
        {"parallel", query, false, NO_LIMIT},
        {"limit", query, false, limit_ms},
        {"replicas", query_replicas, false, limit_ms}};
    for (int i = 0; i < 4; i++)
        if (wanted < 0 || wanted == i)
            search(searches[i]);

    bool none_lost = queries == used + discarded;
    printf("%d queries: %d answers used, %d discarded, %s lost\n", queries,
           used, discarded, none_lost ? "none" : "some");
    return !none_lost;
}
