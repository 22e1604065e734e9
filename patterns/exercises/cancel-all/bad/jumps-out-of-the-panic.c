/* refused by run: it has not ended
 * Idea: a handler of the abort jumps back, so a send on the closed channel only ends the producer.
 * But the panic comes in the middle of an operation, and leaves the channel locked. */
#include "chan.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { PRODUCERS = 3, MAKE_MS = 10, WORK_MS = 40 };

struct producer {
    int id;
    chan(int) out;
    chan(bool) cancel;
};

static void print_stopped(int id)
{
    printf("producer %d has stopped\n", id);
}

/* A panic stays in the worker of the goroutine that it ends. */
static _Thread_local sigjmp_buf before;

static void jump(int number)
{
    siglongjmp(before, number);
}

static void producer(void *arg)
{
    const struct producer *self = arg;
    signal(SIGABRT, jump);
    if (sigsetjmp(before, 1)) {
        print_stopped(self->id);
        return;
    }
    for (int i = 1;; i++) {
        sleep_ms(MAKE_MS * self->id); /* stands for the work */
        /* Producer 3 has only two values. */
        if (self->id == PRODUCERS && i > 2)
            break;
        chan_send(self->out, 100 * self->id + i);
    }
    print_stopped(self->id);
}
/* Receives n values, and works with them. */
static void receive_values(chan(int) out, int n)
{
    for (int i = 0, value; i < n; i++) {
        chan_recv(out, &value);
        printf("value %d\n", value);
    }
    sleep_ms(WORK_MS); /* stands for the work */
    puts("main cancels the producers");
}

/* Receives n values, then cancels all producers. */
static void receive_some(int n)
{
    struct waitgroup producers = {0};
    chan(int) out = chan_make(int, 0);
    chan(bool) cancel = chan_make(bool, 0);
    for (int i = 1; i <= PRODUCERS; i++)
        wg_go(&producers, producer, (struct producer){i, out, cancel});
    receive_values(out, n);
    chan_close(out);
    wg_wait(&producers);
    chan_free(out);
    chan_free(cancel);
}

int main(int argc, char **argv)
{
    receive_some(argc > 1 ? atoi(argv[1]) : 5);
    puts("all producers have stopped");
}
