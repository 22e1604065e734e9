/* bounded-parallelism -- how many goroutines are enough?
 *
 * Every file in a tree is to be summed. We do it three times: one file after
 * the other; with a goroutine for each file; and with a few workers, who share
 * the files. All three send their sums to main.
 *
 *     serial   ----------------------.
 *     each     --> file, file, ... --+--sums--> main
 *     workers  --> worker, worker ---'
 *
 * Watch how many goroutines there are at most: one; as many as the tree has
 * files, if it comes to the worst; and as many as we have asked for. The sums
 * are the same.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <dirent.h>
#include <getopt.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "cksum.h"
#include "gauge.h"
#include "listing.h"
#include "tree.h"

#ifndef SAMPLES
#define SAMPLES ""
#endif

struct way {
    const struct tree *tree;
    int workers;
    chan(struct sum) sums; /* closed after the last */
    struct gauge *gauge;
};

static void serial(void *arg)
{
    const struct way *w = arg;
    one_more(w->gauge);
    for (size_t i = 0; i < w->tree->n; i++)
        chan_send(w->sums, cksum(w->tree->files[i]));
    one_less(w->gauge);
    chan_close(w->sums);
}

struct file {
    const char *name;
    const struct way *way;
};

static void file(void *arg)
{
    const struct file *f = arg;
    defer(one_less, f->way->gauge);
    chan_send(f->way->sums, cksum(f->name));
}

/* Nothing here keeps us from starting the next one. */
static void each(void *arg)
{
    const struct way *w = arg;
    struct waitgroup files = {0};
    for (size_t i = 0; i < w->tree->n; i++) {
        one_more(w->gauge);
        wg_go(&files, file, (struct file){w->tree->files[i], w});
    }
    wg_wait(&files);
    chan_close(w->sums);
}

struct worker {
    chan(char *) files;
    const struct way *way;
};

static void worker(void *arg)
{
    const struct worker *w = arg;
    defer(one_less, w->way->gauge);
    for (char *name; chan_recv(w->files, &name);)
        chan_send(w->way->sums, cksum(name));
}

/* The send waits until a worker is free, so the tree may be of any size. */
static void workers(void *arg)
{
    const struct way *w = arg;
    struct waitgroup workers = {0};
    chan(char *) files = chan_make(char *, 0);
    for (int i = 0; i < w->workers; i++) {
        one_more(w->gauge);
        wg_go(&workers, worker, (struct worker){files, w});
    }
    for (size_t i = 0; i < w->tree->n; i++)
        chan_send(files, w->tree->files[i]);
    chan_close(files);
    wg_wait(&workers);
    chan_close(w->sums);
    chan_free(files);
}

/* Returns the sums, sorted, to be freed. */
static struct sum *collect(const char *name, void (*way)(void *),
                           const struct tree *tree, int workers)
{
    struct sum *sums = need(calloc(tree->n + 1, sizeof *sums));
    struct gauge gauge = {0};
    struct waitgroup working = {0};
    chan(struct sum) arriving = chan_make(struct sum, 0);
    long long began = now_ms();
    wg_go(&working, way, (struct way){tree, workers, arriving, &gauge});

    size_t n = 0;
    for (struct sum s; chan_recv(arriving, &s);)
        sums[n++] = s;
    wg_wait(&working);
    chan_free(arriving);
    fprintf(stderr, "~ %s: at most %d at once, %lld ms\n", name, gauge.most,
            now_ms() - began);
    qsort(sums, n, sizeof *sums, by_name);
    return sums;
}

static const struct {
    const char *name;
    void (*way)(void *);
} ways[] = {{"serial", serial}, {"each", each}, {"workers", workers}};

enum { WAYS = 3, MOST = 1000 };

struct options {
    int workers;
    bool wanted[WAYS];
    char **paths;
};

/* Without paths we go to where the sample lies. */
static struct options options(int argc, char **argv)
{
    static char *sample[] = {"sample", NULL};
    static const struct option help[] = {{"help", 0, NULL, 'h'}, {0}};
    struct options o = {4, {true, true, true}, sample};
    long n = o.workers;
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "hj:w:", help, NULL)) != -1;) {
        bool good = false;
        char *end = "";
        if (c == 'j')
            n = strtol(optarg, &end, 10);
        for (int i = 0; i < WAYS && c == 'w'; i++)
            good |= o.wanted[i] = !strcmp(optarg, ways[i].name);
        good |= c == 'j' && *optarg && !*end && n >= 1 && n <= MOST;
        if (!good) {
            fputs("usage: bounded-parallelism [-j WORKERS] [-w serial|each|"
                  "workers] [PATH...]    (4; all three)\n",
                  c == 'h' ? stdout : stderr);
            exit(c == 'h' ? 0 : 2);
        }
    }
    o.workers = (int)n;
    if (optind < argc)
        o.paths = argv + optind;
    else if (chdir(SAMPLES ".") != 0)
        perror("bounded-parallelism: " SAMPLES);
    return o;
}

int main(int argc, char **argv)
{
    struct options o = options(argc, argv);
    struct tree tree = tree_of(o.paths);
    cksum_prepare();

    struct sum *first = NULL;
    bool good = !tree.failed, equal = true;
    for (int i = 0; i < WAYS; i++) {
        if (!o.wanted[i])
            continue;
        struct sum *sums = collect(ways[i].name, ways[i].way, &tree, o.workers);
        if (!first) {
            first = sums;
            good = print(first, tree.n) && good;
        } else {
            equal = same(first, sums, tree.n) && equal;
            free(sums);
        }
    }
    printf("%zu files, %s\n", tree.n,
           equal ? "the same sums in every way" : "and some sums are lost");
    free(first);
    tree_free(&tree);
    return !good || !equal || fflush(stdout) != 0 || ferror(stdout);
}
