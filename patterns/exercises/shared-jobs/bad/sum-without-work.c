/* refused by run: it never calls work
 * Idea: the sum has a formula, so no job needs to be done. But then no job is done. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORKERS = 3, LONG_MS = 90, SHORT_MS = 10 };

static atomic_int at_work, begun;

/* The job that begins first takes longer than the others. */
static int work(int job)
{
    if (atomic_fetch_add(&at_work, 1) >= WORKERS)
        puts("more than three jobs at the same time");
    /* stands for the work */
    sleep_ms(atomic_fetch_add(&begun, 1) == 0 ? LONG_MS : SHORT_MS);
    atomic_fetch_sub(&at_work, 1);
    return job * job;
}

struct worker {
    chan(int) jobs, results;
};

static void worker(void *arg)
{
    const struct worker *self = arg;
    (void)self;
    (void)work;
}
/* Returns the sum of the results of the jobs 1 to n. */
static int run_all(int n)
{
    int sum = 0;
    (void)worker;
    for (int i = 1; i <= n; i++)
        sum += i * i;
    return sum;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 10;
    printf("sum of %d results: %d\n", n, run_all(n));
}
