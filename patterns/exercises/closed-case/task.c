/* closed-case -- switch a case of a select off while it makes no sense. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST = 64, MAKE_MS = 1, USE_MS = 10 };

struct end {
    int n;
    chan(int) values;
};

static void source(void *arg)
{
    const struct end *self = arg;
    long long began = now_ms();
    for (int i = 1; i <= self->n; i++) {
        sleep_ms(MAKE_MS); /* stands for the work */
        chan_send(self->values, i);
    }
    chan_close(self->values);
    printf("source: done after %lld ms\n", now_ms() - began);
}

/* It needs ten times as long for a value as the source. */
static void sink(void *arg)
{
    const struct end *self = arg;
    for (int value; chan_recv(self->values, &value);) {
        sleep_ms(USE_MS); /* stands for the work */
        printf("value %d\n", value);
    }
}

/* The values that have come and are not sent yet: at most MOST of them. */
static int queue[MOST];
static int first, n_queued;

static void put(int value)
{
    queue[(first + n_queued++) % MOST] = value;
}

static int front(void)
{
    return queue[first];
}

static void drop_front(void)
{
    first = (first + 1) % MOST;
    n_queued--;
}

/* Passes the values on from in to out, and keeps in the queue what the sink has no time for.
 * Closes out when in is closed and the queue is empty. */
static void relay(chan(int) in, chan(int) out)
{
    /* YOUR TURN: receive from in and send to out, in one select. Switch the send case off while
     * the queue is empty, and the receive case when in is closed. */
    (void)in;
    (void)out;
    (void)put;
    (void)front;
    (void)drop_front;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 5;
    struct waitgroup ends = {0};
    chan(int) in = chan_make(int, 0);
    chan(int) out = chan_make(int, 0);
    wg_go(&ends, source, (struct end){n, in});
    wg_go(&ends, sink, (struct end){n, out});
    relay(in, out);
    wg_wait(&ends);
    chan_free(in);
    chan_free(out);
    puts("all values are used");
}
