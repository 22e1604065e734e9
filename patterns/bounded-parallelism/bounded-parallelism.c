/* bounded-parallelism -- how many goroutines are enough?
 *
 * Every file in a tree is to be summed. We do it three times: one file after
 * the other; with a goroutine for each file; and with a few workers, to whom
 * the files are handed out as they become free.
 *
 *     serial   file, file, file, ...
 *     each     --go--> reader, reader, reader, ...   as many as files
 *     workers  --files--> worker, worker             as many as we say
 *
 * Watch how many files are in hand at once. The disk of the sample is slow, 100
 * ms for each file, as it may be behind a network. The sums are the same.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include "tree.h"
#include "walk.h"
#include "cksum.h"
#include "compare.h"

/* What each of the three ways is to do. */
struct task {
    struct tree tree;
    struct sum *sums; /* a place for each file of the tree, in its order */
    int workers, disk_ms;
};

static atomic_int in_hand, most; /* files at once: just now, and the most */

/* The sums need no lock: only the goroutine that has the number writes there,
 * and main reads when it has waited for all of them. */
static void sum_up(const struct task *t, int nth)
{
    int now = ++in_hand, before = most;
    while (now > before && !atomic_compare_exchange_weak(&most, &before, now))
        continue;
    t->sums[nth] = cksum(t->tree.files[nth], t->disk_ms);
    in_hand--;
}

static void serial(const struct task *t)
{
    for (int i = 0; i < t->tree.n; i++)
        sum_up(t, i);
}

struct reader {
    const struct task *task;
    int nth;
};

static void reader(void *arg)
{
    const struct reader *r = arg;
    sum_up(r->task, r->nth);
}

/* Nothing here waits for anything before it starts the next one. */
static void each(const struct task *t)
{
    struct waitgroup readers = {0};
    for (int i = 0; i < t->tree.n; i++)
        wg_go(&readers, reader, (struct reader){t, i});
    wg_wait(&readers);
}

struct worker {
    const struct task *task;
    chan(int) files; /* their numbers */
};

static void worker(void *arg)
{
    const struct worker *w = arg;
    for (int nth; chan_recv(w->files, &nth);)
        sum_up(w->task, nth);
}

/* The send waits until a worker is free, so the tree may be of any size. */
static void few(const struct task *t)
{
    struct waitgroup workers = {0};
    chan(int) files = chan_make(int, 0);
    for (int i = 0; i < t->workers; i++)
        wg_go(&workers, worker, (struct worker){t, files});
    for (int i = 0; i < t->tree.n; i++)
        chan_send(files, i);
    chan_close(files);
    wg_wait(&workers);
    chan_free(files);
}

static const struct {
    const char *name;
    void (*sum)(const struct task *);
} ways[] = {{"serial", serial}, {"each", each}, {"workers", few}};

enum { WAYS = 3, MOST = 1000 };

struct options {
    int workers, disk_ms, wanted;
    bool sample;
    char **paths;
};

/* Without paths we go to where the sample lies, and its disk is slow. */
static struct options options(int argc, char **argv)
{
    static char *sample[] = {"sample", NULL};
    struct options o = {.workers = 4, .disk_ms = -1, .paths = sample};
    int given = args(argc, argv,
                     "bounded-parallelism [-j WORKERS] [-d DISK_MS] "
                     "[-w serial|each|workers]... [PATH...]"
                     "    (4; 0; all three)",
                     opt_number('j', &o.workers, 1, MOST),
                     opt_number('d', &o.disk_ms, 0, MOST),
                     opt_choices('w', &o.wanted, "serial", "each", "workers"),
                     arg_rest(&o.paths));
    o.sample = given == 0;
    if (o.disk_ms < 0)
        o.disk_ms = o.sample ? 100 : 0;
    if (o.sample && chdir(SAMPLES ".") != 0)
        perror("bounded-parallelism: " SAMPLES);
    return o;
}

int main(int argc, char **argv)
{
    struct options o = options(argc, argv);
    struct tree tree = tree_of(o.paths);
    struct sum *sums[WAYS] = {NULL}, *first = NULL;
    bool good = !tree.failed, equal = true;

    for (int i = 0; i < WAYS; i++) {
        if (o.wanted && !(o.wanted & 1 << i))
            continue;
        sums[i] = need(calloc((size_t)tree.n + 1, sizeof(struct sum)));
        long long began = now_ms();
        most = 0;
        ways[i].sum(&(struct task){tree, sums[i], o.workers, o.disk_ms});
        if (o.disk_ms > 0) /* otherwise the number is a matter of luck */
            printf("%s: %d at once\n", ways[i].name, most);
        fprintf(stderr, "~ %s: at most %d at once, %lld ms\n", ways[i].name,
                most, now_ms() - began);
        first = first ? first : sums[i];
        equal = same(first, sums[i], tree.n) && equal;
    }
    good = print(first, tree.n, !o.sample) && good;
    printf("%d files, %s\n", tree.n,
           equal ? "the same sums in every way" : "and some sums are lost");
    for (int i = 0; i < WAYS; i++)
        free(sums[i]);
    tree_free(&tree);
    return !good || !equal || fflush(stdout) != 0 || ferror(stdout);
}
