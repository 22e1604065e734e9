/* refused by run or orders
 * Idea: a thread of its own that is detached needs no wait. But main may end before its report. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORK_MS = 10, PAUSE_MS = 40 };

struct worker {
    chan(int) results;
    chan(bool) quit;
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
        sleep_ms(WORK_MS); /* stands for the work */
        if (chan_select(chan_on_send(self->results, sent + 1),
                        chan_on_recv(self->quit, NULL)) == 1)
            break;
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

static void *as_thread(void *arg)
{
    worker(arg);
    return NULL;
}

static void receive_some(int n)
{
    struct waitgroup workers = {0};
    chan(int) results = chan_make(int, 0);
    chan(bool) quit = chan_make(bool, 0);
    struct worker w = {results, quit};
    pthread_t thread;
    pthread_create(&thread, NULL, as_thread, &w);
    pthread_detach(thread);
    receive_results(results, n);
    chan_close(quit);
    wg_wait(&workers);
    chan_free(results);
    chan_free(quit);
}

int main(int argc, char **argv)
{
    receive_some(argc > 1 ? atoi(argv[1]) : 3);
    puts("the worker has stopped");
}
