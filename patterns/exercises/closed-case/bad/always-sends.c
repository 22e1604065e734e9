/* refused by run: came in place of
 * Idea: the select sends only if it makes sense. But it sends whatever it is given, also when the
 * queue is empty. */
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
    int value;
    bool open = true;
    while (open || n_queued > 0) {
        if (chan_select(chan_on_recv(in, &value, &open),
                        chan_on_send(out, front())) == 1)
            drop_front();
        else if (open)
            put(value);
    }
    chan_close(out);
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
