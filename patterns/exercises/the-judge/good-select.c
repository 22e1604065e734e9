/* good-select -- Right: one select for all three sources. */
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

static void merge(chan(struct record) in[SOURCES])
{
    chan(struct record) a = in[0];
    chan(struct record) b = in[1];
    chan(struct record) c = in[2];
    while (a || b || c) {
        struct record r;
        bool open;
        int which =
            chan_select(chan_on_recv(a, &r, &open), chan_on_recv(b, &r, &open),
                        chan_on_recv(c, &r, &open));
        if (open)
            print_record(r);
        else if (which == 0)
            a = NULL;
        else if (which == 1)
            b = NULL;
        else
            c = NULL;
    }
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
    puts("end");
}
