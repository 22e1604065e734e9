/* refused by run: it lacks line
 * Idea: main knows how many results it has received, so it prints the report. But the report is
 * the last message of the worker, which only the worker can send. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORK_MS = 10, PAUSE_MS = 40 };

struct worker {
    chan(int) results;
    int n;
};

static void print_result(int result)
{
    printf("result %d\n", result);
}

static void print_report(int sent)
{
    printf("worker: sent %d results, now it stops\n", sent);
}

/* Returns how many results main has received. */
static int send_results(const struct worker *self)
{
    int sent = 0;
    while (sent < self->n) {
        sleep_ms(WORK_MS); /* stands for the work */
        chan_send(self->results, sent + 1);
        sent++;
    }
    return sent;
}

static void worker(void *arg)
{
    const struct worker *self = arg;
    int sent = send_results(self);
    (void)sent;
}

/* Receives n results, and works with them. */
static void receive_results(chan(int) results, int n)
{
    for (int i = 0, result; i < n; i++) {
        chan_recv(results, &result);
        print_result(result);
    }
    sleep_ms(PAUSE_MS); /* stands for the work */
    puts("main tells the worker to stop");
}

static void receive_some(int n)
{
    struct waitgroup workers = {0};
    chan(int) results = chan_make(int, 0);
    wg_go(&workers, worker, (struct worker){results, n});
    receive_results(results, n);
    wg_wait(&workers);
    print_report(n);
    chan_free(results);
}

int main(int argc, char **argv)
{
    receive_some(argc > 1 ? atoi(argv[1]) : 3);
    puts("the worker has stopped");
}
