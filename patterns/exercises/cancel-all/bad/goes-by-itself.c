/* refused by run: stopped before main cancelled it
 * Idea: a producer that waits for 30 ms is not needed any more, so it stops. But main may only be
 * busy with other work. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { PRODUCERS = 3, MAKE_MS = 10, WORK_MS = 40 };

struct producer {
    int id;
    chan(int) out;
};

static void print_stopped(int id)
{
    printf("producer %d has stopped\n", id);
}

static void producer(void *arg)
{
    const struct producer *self = arg;
    for (int i = 1;; i++) {
        sleep_ms(MAKE_MS * self->id); /* stands for the work */
        /* Producer 3 has only two values. */
        if (self->id == PRODUCERS && i > 2)
            break;
        if (chan_select(chan_on_send(self->out, 100 * self->id + i),
                        chan_on_timeout_ms(30)) == 1)
            break;
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
    for (int i = 1; i <= PRODUCERS; i++)
        wg_go(&producers, producer, (struct producer){i, out});
    receive_values(out, n);
    wg_wait(&producers);
    chan_free(out);
}

int main(int argc, char **argv)
{
    receive_some(argc > 1 ? atoi(argv[1]) : 5);
    puts("all producers have stopped");
}
