/* mutex-or-channel -- the same statistics with a channel, a mutex and atomics.
 *
 * Two workers count their requests, the bytes, and the largest request. Each
 * request changes all three numbers, which both workers share. The program does
 * it in three ways, one after the other:
 *
 *     worker --bytes--.                   worker --.         worker --.
 *     worker --bytes--+--> collector,     worker --+--> a    worker --+--> three
 *                          its numbers             mutex              atomics
 *
 * Watch that the results are the same. The three ways differ in lines of code,
 * in time, and in what a reader sees while the workers run.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include "stats.h"

#include <pthread.h>
#include <stdatomic.h>

enum { WORKERS = 2 };

struct worker {
    int id, requests;
    void *shared; /* the channel, or the statistics themselves */
};

/* Starts the workers and waits for them. */
static void run_workers(void (*worker)(void *), int requests, void *shared)
{
    struct waitgroup workers = {0};
    for (int i = 0; i < WORKERS; i++)
        wg_go(&workers, worker, (struct worker){i, requests, shared});
    wg_wait(&workers);
}

/* The first way: one goroutine has the statistics, the workers send to it. */
static void worker_sends(void *arg)
{
    const struct worker *w = arg;
    lab_name("worker with channel"); /* in reports and pictures */
    chan(int) sizes = w->shared;
    for (int i = 0; i < w->requests; i++)
        chan_send(sizes, handle_request(w->id, i));
}

struct collector {
    chan(int) sizes;
    struct stats *stats; /* Only the collector uses them until it returns. */
};

static void collector(void *arg)
{
    const struct collector *c = arg;
    for (int bytes; chan_recv(c->sizes, &bytes);)
        stats_add(c->stats, bytes);
}

static struct stats with_channel(int requests, int capacity)
{
    struct stats stats = {0};
    struct waitgroup collecting = {0};
    chan(int) sizes = chan_make(int, capacity);
    wg_go(&collecting, collector, (struct collector){sizes, &stats});
    run_workers(worker_sends, requests, sizes);
    chan_close(sizes);    /* Otherwise the collector would wait forever. */
    wg_wait(&collecting); /* The buffer may still hold some sizes. */
    chan_free(sizes);
    return stats;
}

/* The second way: each worker changes all three numbers under one lock. */
struct locked_stats {
    pthread_mutex_t mutex; /* guards stats */
    struct stats stats;
};

static void worker_locks(void *arg)
{
    const struct worker *w = arg;
    lab_name("worker with mutex"); /* in reports and pictures */
    struct locked_stats *l = w->shared;
    for (int i = 0; i < w->requests; i++) {
        int bytes = handle_request(w->id, i);
        pthread_mutex_lock(&l->mutex);
        stats_add(&l->stats, bytes);
        pthread_mutex_unlock(&l->mutex);
    }
}

static struct stats with_mutex(int requests)
{
    struct locked_stats l = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    run_workers(worker_locks, requests, &l);
    pthread_mutex_destroy(&l.mutex);
    return l.stats;
}

/* The third way: each number is an atomic of its own. A reader may see a new
 * count of requests together with the old sum of bytes. */
struct atomic_stats {
    atomic_long requests, bytes;
    atomic_int largest;
};

static void worker_counts(void *arg)
{
    const struct worker *w = arg;
    lab_name("worker with atomics"); /* in reports and pictures */
    struct atomic_stats *a = w->shared;
    for (int i = 0; i < w->requests; i++) {
        int bytes = handle_request(w->id, i), largest = a->largest;
        a->requests++;
        a->bytes += bytes;
        while (bytes > largest &&
               !atomic_compare_exchange_weak(&a->largest, &largest, bytes))
            continue; /* It failed: `largest` has the new a->largest now. */
    }
}

static struct stats with_atomics(int requests)
{
    struct atomic_stats a = {0};
    run_workers(worker_counts, requests, &a);
    return (struct stats){a.requests, a.bytes, a.largest};
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

#include <stdio.h>

enum { WAYS = 3 };
static const char *const ways[WAYS] = {"channel", "mutex", "atomics"};

static void report(const char *way, const struct stats *s, long long ms)
{
    printf("%s: %ld requests, %ld bytes, largest %d\n", way, s->requests,
           s->bytes, s->largest);
    if (ms >= 10) /* A shorter run says nothing about speed. */
        fprintf(stderr, "~ %s: %lld ns a request\n", way,
                ms * 1000000 / s->requests);
}

static struct stats run(int way, int requests, int capacity)
{
    switch (way) {
    case 0:
        return with_channel(requests, capacity);
    case 1:
        return with_mutex(requests);
    default:
        return with_atomics(requests);
    }
}

static bool same(const struct stats *a, const struct stats *b)
{
    return a->requests == b->requests && a->bytes == b->bytes &&
           a->largest == b->largest;
}

int main(int argc, char **argv)
{
    int n = 100, capacity = 0, wanted = 0;
    args(argc, argv,
         "mutex-or-channel [-n REQUESTS] [-c CAPACITY] "
         "[channel|mutex|atomics...]    (100, 0)",
         opt_number('n', &n, 1, 50000000),
         opt_number('c', &capacity, 0, 1000000),
         arg_choices(&wanted, "channel", "mutex", "atomics"));

    struct stats first = {0};
    bool equal = true;
    for (int way = 0; way < WAYS; way++) {
        if (wanted && !(wanted & 1 << way))
            continue;
        long long began = now_ms();
        struct stats stats = run(way, n, capacity);
        report(ways[way], &stats, now_ms() - began);
        if (first.requests == 0)
            first = stats;
        equal &= same(&first, &stats);
    }
    puts(equal ? "the same result each way" : "the results differ");
    return !equal;
}
