/* refused by orders: later than it came
 * Idea: collect all records and print them when the sources have ended. But each record must be
 * printed as soon as it comes, and a reader of the output waits for the slowest source. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { SOURCES = 3, SLOW_MS = 40, FAST_MS = 5 };

struct record {
    int source, number;
};

/* Each source is slow at another time, and sends another number of records. */
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
    struct record kept[100];
    int n = 0;
    chan(struct record) open[SOURCES] = {in[0], in[1], in[2]};
    while (open[0] || open[1] || open[2]) {
        bool ok;
        struct record r;
        int which = chan_select(chan_on_recv(open[0], &r, &ok),
                                chan_on_recv(open[1], &r, &ok),
                                chan_on_recv(open[2], &r, &ok));
        if (ok)
            kept[n++] = r;
        else
            open[which] = NULL;
    }
    for (int i = 0; i < n; i++)
        print_record(kept[i]);
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
