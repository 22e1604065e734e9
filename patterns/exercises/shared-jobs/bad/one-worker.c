/* refused by orders: the work does not overlap
 * Idea: one worker is enough for a correct sum. But then no two jobs overlap. */
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
    for (int job; chan_recv(self->jobs, &job);)
        chan_send(self->results, work(job));
}
/* Returns the sum of the results of the jobs 1 to n. */
static int run_all(int n)
{
    int sum = 0;
    struct waitgroup workers = {0};
    chan(int) jobs = chan_make(int, n);
    chan(int) results = chan_make(int, 0);
    for (int i = 0; i < 1; i++)
        wg_go(&workers, worker, (struct worker){jobs, results});
    for (int job = 1; job <= n; job++)
        chan_send(jobs, job);
    chan_close(jobs);
    for (int i = 0, result; i < n; i++) {
        chan_recv(results, &result);
        sum += result;
    }
    wg_wait(&workers);
    chan_free(jobs);
    chan_free(results);
    return sum;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 10;
    printf("sum of %d results: %d\n", n, run_all(n));
}
