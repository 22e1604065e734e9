/* quit-channel -- stop a goroutine, and wait until it has cleaned up.
 *
 * A worker sends results without end, and it must clean up before the program
 * may exit. So main asks it to quit, and waits for its answer. Both messages
 * use the same channel.
 *
 *     worker --results--> main
 *     worker <--"quit"--- main      main asks
 *     worker cleans up
 *     worker ---"done"--> main      the worker answers
 *
 * Watch the order of the last three lines: asked to quit, cleaned up, answered.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

struct worker {
    chan(int) results;
    chan(const char *) quit; /* "quit" to the worker, "done" back */
};

static void clean_up(void)
{
    sleep_ms(50); /* stands for writing a buffer to disk */
    puts("worker: has cleaned up");
}

static void worker(void *arg)
{
    const struct worker *w = arg;
    for (int result = 1;; result++) {
        switch (chan_select(chan_on_send(w->results, result),
                            chan_on_recv(w->quit, NULL))) {
        case 0:
            break; /* main has received the result */
        case 1:
            clean_up(); /* must be complete before the answer */
            chan_send(w->quit, "done");
            return;
        }
    }
}

/* Starts the worker, receives n results, and shuts down. */
static void run_worker(int n)
{
    chan(int) results = chan_make(int, 0);
    chan(const char *) quit = chan_make(const char *, 0);
    struct waitgroup wg = {0};
    wg_go(&wg, worker, (struct worker){results, quit});

    for (int i = 0, result; i < n; i++) {
        chan_recv(results, &result);
        printf("main: received result %d\n", result);
    }

    const char *answer;
    puts("main: sends quit"); /* before the send, so before the worker's line */
    chan_send(quit, "quit");
    chan_recv(quit, &answer);
    printf("main: received %s\n", answer);

    wg_wait(&wg); /* now the worker has also returned */
    chan_free(results);
    chan_free(quit);
}

/* ---- The program around it: options, input, report ---- */

int main(int argc, char **argv)
{
    run_worker(args_number(argc, argv, "quit-channel [RESULTS]", 3, 0, 12));
    return 0;
}
