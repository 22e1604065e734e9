/* last-message -- tell a worker to stop, and wait for its last message. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORK_MS = 10 };

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

static void worker(void *arg)
{
    const struct worker *self = arg;
    int sent = 0;
    /* YOUR TURN, part 1: send the results 1, 2, 3 ... until main says stop, each after a work of
     * WORK_MS. Then call print_report() with the number of results that main has received. */
    (void)self;
    print_report(sent);
}

static void receive_some(int n)
{
    /* YOUR TURN, part 2: start worker() as a goroutine, receive and print n results, tell the
     * worker to stop, and return when it has returned. */
    (void)n;
    (void)worker;
    (void)print_result;
}

int main(int argc, char **argv)
{
    receive_some(argc > 1 ? atoi(argv[1]) : 3);
    puts("the worker has stopped");
}
