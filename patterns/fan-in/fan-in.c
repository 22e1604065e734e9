/* fan-in -- merge many channels into one.
 *
 * Several sources speak, each on a channel of its own. Whoever waits for one
 * of them is deaf to the others, and we want to hear all.
 *
 *     ann --.
 *     bob --+--> merge --all--> main
 *     cat --'
 *
 * There are two ways to merge, and main plays both: a forwarder for each
 * source, which can afford to wait for that one only; and a single select,
 * which waits for all of them. Watch each speaker's numbers: they stay in
 * order, whatever happens between the speakers.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { SPEAKERS = 3 };

struct message {
    int speaker, number;
};

struct speaker {
    int id, messages;
    chan(struct message) out;
};

static void speaker(void *arg)
{
    const struct speaker *s = arg;
    for (int i = 1; i <= s->messages; i++)
        chan_send(s->out, (struct message){s->id, i});
    chan_close(s->out);
}

struct forwarder {
    chan(struct message) from, all;
};

static void forwarder(void *arg)
{
    const struct forwarder *f = arg;
    for (struct message m; chan_recv(f->from, &m);)
        chan_send(f->all, m);
    /* We do not close `all`: the other forwarders are still sending to it. */
}

struct merge {
    chan(struct message) from[SPEAKERS];
    chan(struct message) all;
};

/* No forwarder can know that it is the last one. We do, who wait for them. */
static void merge_by_forwarders(void *arg)
{
    const struct merge *m = arg;
    struct waitgroup forwarders = {0};
    for (int i = 0; i < SPEAKERS; i++)
        wg_go(&forwarders, forwarder, (struct forwarder){m->from[i], m->all});
    wg_wait(&forwarders);
    chan_close(m->all);
}

static void merge_by_select(void *arg)
{
    struct merge *m = arg; /* our own copy, made by go() */
    while (m->from[0] || m->from[1] || m->from[2]) {
        struct message said;
        bool ok;
        int i = chan_select(chan_on_recv(m->from[0], &said, &ok),
                            chan_on_recv(m->from[1], &said, &ok),
                            chan_on_recv(m->from[2], &said, &ok));
        if (ok)
            chan_send(m->all, said);
        else
            m->from[i] = NULL; /* or it would be ready, and chosen, forever */
    }
    chan_close(m->all);
}

/* Plays one conversation. Returns whether all was heard, and in its order. */
static bool hear_all(const char *how, void (*merge)(void *), int messages)
{
    static const char *names[SPEAKERS] = {"ann", "bob", "cat"};
    struct waitgroup everyone = {0};
    struct merge m = {.all = chan_make(struct message, 0)};
    for (int i = 0; i < SPEAKERS; i++) {
        m.from[i] = chan_make(struct message, 0);
        wg_go(&everyone, speaker, (struct speaker){i, messages, m.from[i]});
    }
    wg_go(&everyone, merge, m);

    int heard = 0, last[SPEAKERS] = {0};
    printf("%s:", how);
    for (struct message said; chan_recv(m.all, &said);) {
        printf(" %s%d", names[said.speaker], said.number);
        heard += said.number == ++last[said.speaker]; /* in its turn */
    }
    puts("");

    /* A select holds on to its channels until it has returned: wait, free. */
    wg_wait(&everyone);
    for (int i = 0; i < SPEAKERS; i++)
        chan_free(m.from[i]);
    chan_free(m.all);
    return heard == SPEAKERS * messages;
}

int main(int argc, char **argv)
{
    int n = args_number(argc, argv, "fan-in [MESSAGES]", 4, 1, 1000000);
    bool all = hear_all("forwarders", merge_by_forwarders, n);
    all = hear_all("one select", merge_by_select, n) && all;
    printf("%d messages each way, %s, all speakers gone\n", SPEAKERS * n,
           all ? "none lost" : "some lost");
    return !all;
}
