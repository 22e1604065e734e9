/* bounded-parallelism -- N workers instead of a goroutine for each job.
 *
 * Every file of a directory tree needs a checksum. This program
 * computes the checksums in three ways: one file after the other, with a
 * goroutine for each file, and with N workers that share the files.
 *
 *     serial   file, file, file, ...
 *     each     --go--> reader, reader, reader, ...   one for each file
 *     workers  --files--> worker, worker             N
 *
 * Watch the peak, the largest number of files open at the same time. The disk
 * of the sample is slow on purpose: each file takes 100 ms.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include "cksum.h"

struct task {
    char **files;
    int n;
    struct sum *sums; /* one for each file, in the same order */
    int workers, disk_ms;
};

static atomic_int open_files, peak;

/* Two goroutines never have the same i, so the sums need no lock. The main
 * goroutine reads the sums after it has waited for all other goroutines. */
static void sum_file(const struct task *t, int i)
{
    int now = ++open_files, before = peak;
    while (now > before && !atomic_compare_exchange_weak(&peak, &before, now))
        continue;
    t->sums[i] = cksum(t->files[i], t->disk_ms);
    open_files--;
}

static void serial(const struct task *t)
{
    for (int i = 0; i < t->n; i++)
        sum_file(t, i);
}

struct reader {
    const struct task *task;
    int i;
};

static void reader(void *arg)
{
    const struct reader *r = arg;
    sum_file(r->task, r->i);
}

/* Nothing blocks this loop, so there may be as many readers as files. */
static void each(const struct task *t)
{
    struct waitgroup readers = {0};
    for (int i = 0; i < t->n; i++)
        wg_go(&readers, reader, (struct reader){t, i});
    wg_wait(&readers);
}

struct worker {
    const struct task *task;
    chan(int) files; /* their indices */
};

static void worker(void *arg)
{
    const struct worker *w = arg;
    for (int i; chan_recv(w->files, &i);) /* until files is closed */
        sum_file(w->task, i);
}

static void bounded(const struct task *t)
{
    struct waitgroup workers = {0};
    chan(int) files = chan_make(int, 0);
    for (int i = 0; i < t->workers; i++) /* This is the bound. */
        wg_go(&workers, worker, (struct worker){t, files});
    for (int i = 0; i < t->n; i++)
        chan_send(files, i); /* blocks until a worker is free */
    chan_close(files);
    wg_wait(&workers);
    chan_free(files);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"
#include "tree.h"
#include "walk.h"
#include "compare.h"

static const struct {
    const char *name;
    void (*sum)(const struct task *);
} ways[] = {{"serial", serial}, {"each", each}, {"workers", bounded}};

enum { WAYS = 3, MOST = 1000 };

struct options {
    int workers, disk_ms, wanted;
    bool sample;
    char **paths;
};

/* Without paths it sums the sample beside the program, from a slow disk. */
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
        peak = 0;
        ways[i].sum(
            &(struct task){tree.files, tree.n, sums[i], o.workers, o.disk_ms});
        if (o.disk_ms > 0) /* on a fast disk the peak depends on the machine */
            printf("%s: peak %d\n", ways[i].name, peak);
        fprintf(stderr, "~ %s: peak %d, %lld ms\n", ways[i].name, peak,
                now_ms() - began);
        first = first ? first : sums[i];
        equal = same(first, sums[i], tree.n) && equal;
    }
    good = print(first, tree.n, !o.sample) && good;
    printf("%d files, %s\n", tree.n,
           equal ? "the same sums in each way" : "but the sums differ");
    for (int i = 0; i < WAYS; i++)
        free(sums[i]);
    tree_free(&tree);
    return !good || !equal || fflush(stdout) != 0 || ferror(stdout);
}
