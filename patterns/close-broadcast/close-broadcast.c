/* close-broadcast -- stop all goroutines with one close.
 *
 * Several workers send results until `main` wants no more. To send a stop to
 * each of them, `main` would have to count them, and a worker that is forgotten
 * runs on. Instead all workers watch one channel, and `main` closes it.
 *
 *     worker 1 <--.
 *     worker 2 <--+--stop, closed once-- main <--results-- each worker
 *     worker N <--'
 *
 * Watch the workers stop, in any order but all of them. One more worker starts
 * after the close, and stops as well.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct worker {
    int id;
    chan(int) results; /* the id of the worker, for each result */
    chan(bool) stop;   /* no value is sent; main closes it */
};

static void worker(void *arg)
{
    const struct worker *w = arg;
    lab_name("worker %d", w->id); /* in reports and pictures */
    /* The close would not interrupt a plain send, so the send is a case. */
    while (chan_select(chan_on_send(w->results, w->id),
                       chan_on_recv(w->stop, NULL)) == 0)
        sleep_ms(5); /* works on the next result */
    printf("worker %d: stopped\n", w->id);
}

static void print_results(chan(int) results, int n)
{
    printf("results from workers");
    for (int id; n > 0 && chan_recv(results, &id); n--)
        printf(" %d", id);
    puts("");
}

static void run_workers(int n)
{
    chan(int) results = chan_make(int, 0);
    chan(bool) stop = chan_make(bool, 0);
    struct waitgroup workers = {0};

    for (int id = 1; id <= n; id++)
        wg_go(&workers, worker, (struct worker){id, results, stop});
    print_results(results, 2 * n);

    puts("main: closes stop");
    chan_close(stop); /* one call, for any number of workers */
    wg_wait(&workers);

    puts("main: starts another worker");
    wg_go(&workers, worker, (struct worker){n + 1, results, stop});
    wg_wait(&workers);
    chan_free(results);
    chan_free(stop);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    int n = args_number(argc, argv, "close-broadcast [WORKERS]", 4, 1, 500);
    run_workers(n);
    printf("%d workers stopped after one close\n", n + 1);
    return 0;
}
