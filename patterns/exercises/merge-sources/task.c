/* merge-sources -- print the records of three sources as they come. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { SOURCES = 3, SLOW_MS = 40, FAST_MS = 5 };

struct record {
    int source, number;
};

/* The sources are slow at different times, and send different numbers of records. */
struct source {
    int id, n;
    chan(struct record) out;
};

static void source(void *arg)
{
    const struct source *self = arg;
    for (int i = 1; i <= self->n; i++) {
        sleep_ms(i % SOURCES == self->id ? SLOW_MS : FAST_MS);
        chan_send(self->out, (struct record){self->id + 1, i});
    }
    chan_close(self->out);
}

static long long began;

static void print_record(struct record r)
{
    printf("source %d: record %d, at %lld ms\n", r.source, r.number,
           now_ms() - began);
}

/* Prints each record as soon as it comes, and returns when all sources have ended. `in` is the
 * array of main, which frees the channels in it later. */
static void merge(chan(struct record) in[SOURCES])
{
    /* YOUR TURN: receive the records of all three channels and print each with print_record()
     * as soon as it comes. A source that is slow must not delay the others. Each source closes
     * its channel after its last record. */
    (void)in;
    (void)print_record;
}

int main(int argc, char **argv)
{
    struct waitgroup sources = {0};
    chan(struct record) out[SOURCES];
    int n = argc > 1 ? atoi(argv[1]) : 6;
    began = now_ms();
    for (int i = 0; i < SOURCES; i++) {
        out[i] = chan_make(struct record, 0);
        wg_go(&sources, source, (struct source){i, n * (i + 1), out[i]});
    }
    merge(out);
    wg_wait(&sources);
    for (int i = 0; i < SOURCES; i++)
        chan_free(out[i]);
    puts("all sources have ended");
}
