/* refused by run or orders: all goroutines
 * Idea: a flag says stop. But the worker is blocked in its send, where it cannot look at the
 * flag, and the flag is shared without a lock. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORK_MS = 10 };

struct worker {
    chan(int) results;
    bool *stop;
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
    while (!*self->stop) {
        sleep_ms(WORK_MS);
        chan_send(self->results, sent + 1);
        sent++;
    }
    print_report(sent);
}
static void receive_some(int n)
{
    struct waitgroup workers = {0};
    chan(int) results = chan_make(int, 0);
    bool stop = false;
    wg_go(&workers, worker, (struct worker){results, &stop});
    for (int i = 0, result; i < n; i++) {
        chan_recv(results, &result);
        print_result(result);
    }
    stop = true;
    wg_wait(&workers);
    chan_free(results);
}

int main(int argc, char **argv)
{
    receive_some(argc > 1 ? atoi(argv[1]) : 3);
    puts("the worker has stopped");
}
