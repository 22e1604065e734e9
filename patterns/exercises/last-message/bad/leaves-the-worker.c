/* refused by run: main went on before the worker reported
 * Idea: main has its results and returns, so all goroutines end. But the worker is never told,
 * and never reports. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORK_MS = 10, PAUSE_MS = 40 };

struct worker {
    chan(int) results;
    int unused;
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
    for (;;) {
        sleep_ms(WORK_MS);
        chan_send(self->results, sent + 1);
        sent++;
    }
    return sent;
}

static void worker(void *arg)
{
    const struct worker *self = arg;
    int sent = send_results(self);
    print_report(sent);
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
    chan(int) results = chan_make(int, 0);
    go(worker, (struct worker){results, 0});
    receive_results(results, n);
}

int main(int argc, char **argv)
{
    receive_some(argc > 1 ? atoi(argv[1]) : 3);
    puts("the worker has stopped");
}
