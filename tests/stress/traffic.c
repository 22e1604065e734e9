/* traffic -- random crowds of senders and receivers; nothing may get lost.
 *
 * Each round draws from its seed a number of channels with their capacities, of
 * senders and of receivers. Senders send by chan_send or by a select over some
 * of the channels, receivers likewise, with defaults, timeouts and tickers mixed
 * in. In the end each value has arrived once, in its sender's order on each
 * channel, and the sums agree.
 *
 *     traffic [SECONDS [SEED]]     10 seconds; a failure names its seed
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHANNELS = 5, PEOPLE = 12, VALUES = 2000 };

struct value {
    int sender, n;
};

struct round {
    uint64_t seed;
    int channels, values;
    chan(struct value) c[CHANNELS];
    atomic_llong sent, received, count;
};

struct person {
    int id;
    uint64_t dice;
    struct round *round;
};

static unsigned throw(uint64_t * dice, unsigned sides)
{
    *dice = *dice * 6364136223846793005 + 1442695040888963407;
    return (unsigned)(*dice >> 33) % sides;
}

static void fail(const struct round *r, const char *what)
{
    fprintf(stderr, "traffic: %s; again by: traffic 0 %" PRIu64 "\n", what,
            r->seed);
    exit(1);
}

static void send_one(struct person *p, struct value v)
{
    struct round *r = p->round;
    chan(struct value) a = r->c[throw(&p->dice, (unsigned)r->channels)];
    chan(struct value) b = r->c[throw(&p->dice, (unsigned)r->channels)];
    switch (throw(&p->dice, 4)) {
    case 0: /* either, and perhaps both are the same one */
        chan_select(chan_on_send(a, v), chan_on_send(b, v));
        break;
    case 1: /* a look first, then again with patience */
        while (chan_select(chan_on_send(a, v), chan_on_timeout_ms(1),
                           chan_on_timeout_ms(50)) != 0)
            ;
        break;
    default:
        chan_send(a, v);
    }
}

static void sender(void *arg)
{
    struct person *p = arg;
    for (int n = 1; n <= p->round->values; n++) {
        atomic_fetch_add(&p->round->sent, n);
        send_one(p, (struct value){p->id, n});
    }
}

/* Numbers may skip, as other receivers take some, but never go back: a sender
 * has one value under way at a time. */
static void receiver(void *arg)
{
    struct person *p = arg;
    struct round *r = p->round;
    struct chan_case cases[CHANNELS + 1];
    int last[PEOPLE] = {0}, open = r->channels;
    struct value v;
    bool ok;
    chan(struct timespec) tick = chan_tick_ms(1 + throw(&p->dice, 3));
    for (int i = 0; i < r->channels; i++)
        cases[i] = chan_on_recv(r->c[i], &v, &ok);
    cases[r->channels] = chan_on_recv(tick, NULL);
    while (open > 0) {
        int i = chan_select_array(cases, r->channels + 1);
        if (i == r->channels)
            continue;
        if (!ok) {
            cases[i] = (struct chan_case){0};
            open--;
            continue;
        }
        atomic_fetch_add(&r->received, v.n);
        atomic_fetch_add(&r->count, 1);
        if (r->channels == 1 && v.n <= last[v.sender])
            fail(r, "a value overtook another");
        last[v.sender] = v.n;
    }
    chan_free(tick);
}

static void play(uint64_t seed)
{
    uint64_t dice = seed;
    struct round r = {.seed = seed};
    struct waitgroup senders = {0}, receivers = {0};
    int n_senders = 1 + (int) throw(&dice, PEOPLE);
    int n_receivers = 1 + (int) throw(&dice, PEOPLE);
    r.channels = 1 + (int) throw(&dice, CHANNELS);
    r.values = 1 + (int) throw(&dice, VALUES);
    for (int i = 0; i < r.channels; i++)
        r.c[i] = chan_make(struct value, throw(&dice, 2) ? throw(&dice, 9) : 0);
    for (int i = 0; i < n_receivers; i++)
        wg_go(&receivers, receiver,
              (struct person){i, seed + 1000u + (unsigned)i, &r});
    for (int i = 0; i < n_senders; i++)
        wg_go(&senders, sender,
              (struct person){i, seed + 2000u + (unsigned)i, &r});
    wg_wait(&senders);
    for (int i = 0; i < r.channels; i++)
        chan_close(r.c[i]);
    wg_wait(&receivers);
    if (r.count != (long long)n_senders * r.values || r.sent != r.received)
        fail(&r, "values were lost, or arrived twice");
    for (int i = 0; i < r.channels; i++)
        chan_free(r.c[i]);
}

int main(int argc, char **argv)
{
    long seconds = argc > 1 ? strtol(argv[1], NULL, 10) : 10;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)now_ms();
    long long end = now_ms() + seconds * 1000, rounds = 0;
    do {
        play(seed + (uint64_t)rounds);
        rounds++;
    } while (now_ms() < end);
    printf("%lld rounds, nothing lost\n", rounds);
    return 0;
}
