/* fan-in -- merge several channels into one.
 *
 * Several sources produce records, each on a channel of its own. A receiver
 * that waits for one source does not see the others. Here a merge receives
 * from all of them, and main receives from the merge.
 *
 *     source 1 --.
 *     source 2 --+--> merge --all--> main
 *     source 3 --'
 *
 * The program merges twice. First each source gets a forwarder: a goroutine
 * that may wait for this source alone. Then one goroutine selects over all
 * sources. Watch the numbers of each source: they stay in order.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { SOURCES = 3 };

struct record {
    int source, number;
};

struct source {
    int id, records;
    chan(struct record) out;
};

static void source(void *arg)
{
    const struct source *s = arg;
    for (int number = 1; number <= s->records; number++)
        chan_send(s->out, (struct record){s->id, number});
    chan_close(s->out);
}

struct forwarder {
    chan(struct record) from, all;
};

static void forwarder(void *arg)
{
    const struct forwarder *f = arg;
    for (struct record r; chan_recv(f->from, &r);) /* until `from` is closed */
        chan_send(f->all, r);
    /* A forwarder must not close `all`: the others may still send to it. */
}

struct merge {
    chan(struct record) from[SOURCES];
    chan(struct record) all;
};

static void merge(void *arg)
{
    const struct merge *m = arg;
    struct waitgroup forwarders = {0};
    for (int i = 0; i < SOURCES; i++)
        wg_go(&forwarders, forwarder, (struct forwarder){m->from[i], m->all});
    wg_wait(&forwarders); /* Now no goroutine sends to `all`. */
    chan_close(m->all);
}

static void merge_by_select(void *arg)
{
    struct merge *m = arg; /* a copy that go() made for this goroutine */
    while (m->from[0] || m->from[1] || m->from[2]) {
        struct record r;
        bool ok;
        int i = chan_select(chan_on_recv(m->from[0], &r, &ok),
                            chan_on_recv(m->from[1], &r, &ok),
                            chan_on_recv(m->from[2], &r, &ok));
        if (ok)
            chan_send(m->all, r);
        else
            m->from[i] = NULL; /* closed, so this case is switched off */
    }
    chan_close(m->all);
}

/* Starts the sources and a merge, prints all records as they arrive, and shuts
 * down. Returns how many records arrived in the order of their source. */
static int run_merge(void (*merger)(void *), int records)
{
    struct waitgroup everyone = {0};
    struct merge m = {.all = chan_make(struct record, 0)};
    for (int i = 0; i < SOURCES; i++) {
        m.from[i] = chan_make(struct record, 0);
        wg_go(&everyone, source, (struct source){i + 1, records, m.from[i]});
    }
    wg_go(&everyone, merger, m);

    int in_order = 0, last[SOURCES + 1] = {0};
    for (struct record r; chan_recv(m.all, &r);) {
        printf(" %d.%d", r.source, r.number);
        in_order += r.number == ++last[r.source];
    }

    wg_wait(&everyone); /* now no goroutine uses the channels */
    for (int i = 0; i < SOURCES; i++)
        chan_free(m.from[i]);
    chan_free(m.all);
    return in_order;
}

/* ---- The program around it: options, input, report ---- */

int main(int argc, char **argv)
{
    int n = args_number(argc, argv, "fan-in [RECORDS]", 4, 1, 1000000);
    int sent = SOURCES * n;

    printf("forwarders:");
    bool all = run_merge(merge, n) == sent;
    printf("\none select:");
    all = run_merge(merge_by_select, n) == sent && all;
    printf("\n%d records each way, %s\n", sent,
           all ? "none lost" : "some lost or out of order");
    return !all;
}
