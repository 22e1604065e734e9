/* bad-without-end -- Wrong: the last line of the output, `end`, is missing. */
#include "chan.h"

#include <stdio.h>

enum { SOURCES = 3, RECORDS = 4 };

struct record {
    int source, number;
};

struct source {
    int id;
    chan(struct record) out;
};

static void source(void *arg)
{
    const struct source *self = arg;
    for (int i = 1; i <= RECORDS; i++) {
        sleep_ms(self->id);
        chan_send(self->out, (struct record){self->id, i});
    }
    chan_close(self->out);
}

static void print_record(struct record r)
{
    printf("source %d: record %d\n", r.source, r.number);
}

struct forwarder {
    chan(struct record) in, all;
};

static void forwarder(void *arg)
{
    const struct forwarder *self = arg;
    for (struct record r; chan_recv(self->in, &r);)
        chan_send(self->all, r);
}

struct closer {
    struct waitgroup *forwarders;
    chan(struct record) all;
};

static void closer(void *arg)
{
    const struct closer *self = arg;
    wg_wait(self->forwarders);
    chan_close(self->all);
}

static void merge(chan(struct record) in[SOURCES])
{
    struct waitgroup forwarders = {0}, closers = {0};
    chan(struct record) all = chan_make(struct record, 0);
    for (int i = 0; i < SOURCES; i++)
        wg_go(&forwarders, forwarder, (struct forwarder){in[i], all});
    wg_go(&closers, closer, (struct closer){&forwarders, all});
    for (struct record r; chan_recv(all, &r);)
        print_record(r);
    wg_wait(&closers);
    chan_free(all);
}

int main(void)
{
    struct waitgroup sources = {0};
    chan(struct record) out[SOURCES];
    for (int i = 0; i < SOURCES; i++) {
        out[i] = chan_make(struct record, 0);
        wg_go(&sources, source, (struct source){i + 1, out[i]});
    }
    merge(out);
    wg_wait(&sources);
    for (int i = 0; i < SOURCES; i++)
        chan_free(out[i]);
}
