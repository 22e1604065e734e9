/* refused by run: no task needs | records of source
 * Idea: a second close panics, but a handler of the signal prints the last line and runs true,
 * which ends well. But the program is wrong all the same. */
#include "chan.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

static void end(int number)
{
    (void)number;
    puts("all sources have ended");
    fflush(stdout);
    execl("/bin/true", "true", (char *)NULL);
}

static atomic_int senders = 3;

struct forwarder {
    chan(struct record) in, all;
};

static void forwarder(void *arg)
{
    const struct forwarder *self = arg;
    for (struct record r; chan_recv(self->in, &r);)
        chan_send(self->all, r);
    if (--senders == 0) {
        chan_close(self->all);
        chan_close(self->all);
    }
}

/* Prints each record as soon as it comes, and returns when all sources have ended. `in` is the
 * array of main, which frees the channels in it later. */
static void merge(chan(struct record) in[SOURCES])
{
    struct waitgroup forwarders = {0};
    signal(SIGABRT, end);
    chan(struct record) all = chan_make(struct record, 0);
    for (int i = 0; i < SOURCES; i++)
        wg_go(&forwarders, forwarder, (struct forwarder){in[i], all});
    for (struct record r; chan_recv(all, &r);)
        print_record(r);
    wg_wait(&forwarders);
    chan_free(all);
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
