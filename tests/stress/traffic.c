/* traffic -- random crowds of senders and receivers; nothing may get lost.
 *
 * Each round draws from its seed a number of channels with their capacities, of
 * senders and of receivers. Senders send by chan_send or by a select over some
 * of the channels, receivers likewise, with defaults, timeouts and tickers mixed
 * in. In the end each value has arrived once, in its sender's order on each
 * channel, and the sums agree.
 *
 *     traffic [-t SECONDS] [-s SEED]
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "stress.h"

enum { CHANNELS = 5, PEOPLE = 12, VALUES = 2000 };

struct value {
    int sender, n;
};

struct round {
    int channels, values;
    chan(struct value) c[CHANNELS];
    atomic_llong sent, received, count;
};

struct person {
    int id;
    uint64_t dice;
    struct round *round;
};

static void send_one(struct person *p, struct value v)
{
    struct round *r = p->round;
    chan(struct value) a = r->c[draw(&p->dice, (unsigned)r->channels)];
    chan(struct value) b = r->c[draw(&p->dice, (unsigned)r->channels)];
    switch (draw(&p->dice, 4)) {
    case 0: /* either, and perhaps both are the same one */
        chan_select(chan_on_send(a, v), chan_on_send(b, v));
        break;
    case 1: /* a short wait first, then a longer one */
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

/* On each channel the numbers of a sender may have gaps, because other receivers get
 * some and other channels carry some. They never go back. */
static void receiver(void *arg)
{
    struct person *p = arg;
    struct round *r = p->round;
    struct chan_case cases[CHANNELS + 1];
    int last[CHANNELS][PEOPLE] = {{0}}, open = r->channels;
    struct value v;
    bool ok;
    chan(struct timespec) tick = chan_tick_ms(1 + draw(&p->dice, 3));
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
        if (v.n <= last[i][v.sender])
            fail("value %d of sender %d was overtaken by %d", v.n, v.sender,
                 last[i][v.sender]);
        last[i][v.sender] = v.n;
    }
    chan_free(tick);
}

static void play(uint64_t seed)
{
    uint64_t dice = seed;
    struct round r = {.channels = 0};
    struct waitgroup senders = {0}, receivers = {0};
    int n_senders = 1 + (int)draw(&dice, PEOPLE);
    int n_receivers = 1 + (int)draw(&dice, PEOPLE);
    r.channels = 1 + (int)draw(&dice, CHANNELS);
    r.values = 1 + (int)draw(&dice, VALUES);
    for (int i = 0; i < r.channels; i++)
        r.c[i] = chan_make(struct value, draw(&dice, 2) ? draw(&dice, 9) : 0);
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
        fail("of %lld values %lld arrived, or not the same",
             (long long)n_senders * r.values, (long long)r.count);
    progress(r.count);
    for (int i = 0; i < r.channels; i++)
        chan_free(r.c[i]);
}

int main(int argc, char **argv)
{
    return stress_main(argc, argv, play, "nothing lost");
}
