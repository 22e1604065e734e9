/* refused by run or orders: all goroutines
 * Idea: an atomic flag is safe to share. But the worker is blocked in its send, and main no
 * longer receives. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORK_MS = 10, PAUSE_MS = 40 };

struct worker {
    chan(int) results;
    atomic_bool *stop;
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
    while (!atomic_load(self->stop)) {
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
    struct waitgroup workers = {0};
    chan(int) results = chan_make(int, 0);
    atomic_bool stop = false;
    wg_go(&workers, worker, (struct worker){results, &stop});
    receive_results(results, n);
    atomic_store(&stop, true);
    wg_wait(&workers);
    chan_free(results);
}

int main(int argc, char **argv)
{
    receive_some(argc > 1 ? atoi(argv[1]) : 3);
    puts("the worker has stopped");
}
