/* last-message -- tell a worker to stop, and wait for its last message. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORK_MS = 10, PAUSE_MS = 40 };

struct worker {
    chan(int) results; /* and what else the worker needs */
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
    /* YOUR TURN, part 1: send the results 1, 2, 3 ... until main tells you to stop. Call
     * sleep_ms(WORK_MS) before each. Then return how many of them main has received. */
    (void)self;
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
    /* YOUR TURN, part 2: start worker() as a goroutine and call receive_results(). Then tell
     * the worker to stop, and return when it has returned. */
    (void)n;
    (void)worker;
    (void)receive_results;
}

int main(int argc, char **argv)
{
    receive_some(argc > 1 ? atoi(argv[1]) : 3);
    puts("the worker has stopped");
}
