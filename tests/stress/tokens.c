/* tokens -- a random crowd hands tokens about; none may vanish or multiply.
 *
 * Each round draws from its seed a number of channels with their capacities, of
 * holders and of tokens. Each holder makes selects at random, over some of the
 * channels in any order. It sends a token on some, and receives on others or on the
 * same one, with cases switched off, defaults, timeouts and tickers between. In the
 * end each token is there once.
 *
 *     tokens [-t SECONDS] [-s SEED]
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "stress.h"

enum { CHANNELS = 8, PEOPLE = 24, TOKENS = 40, STEPS = 600, CASES = 14 };

struct round {
    unsigned channels;
    chan(int) c[CHANNELS];
    chan(int) home;
};

struct person {
    uint64_t dice;
    const struct round *round;
    int held[TOKENS], n; /* the tokens that it holds */
};

/* One select of up to CASES cases. Its result shows in the tokens held. */
static void step(struct person *p, chan(struct timespec) tick)
{
    const struct round *r = p->round;
    struct chan_case cases[CASES + 1];
    int got = -1, n = 1 + (int)draw(&p->dice, CASES);
    bool sends[CASES + 1] = {false}, receives[CASES + 1] = {false};
    for (int i = 0; i < n; i++) {
        chan(int) c = r->c[draw(&p->dice, r->channels)];
        unsigned kind = draw(&p->dice, 10);
        sends[i] = p->n > 0 && kind < 5;
        receives[i] = p->n < TOKENS && kind >= 5 && kind < 8;
        cases[i] = sends[i]      ? chan_on_send_from(c, &p->held[p->n - 1])
                   : receives[i] ? chan_on_recv(c, &got)
                   : kind == 8   ? chan_on_recv(tick, NULL)
                                 : (struct chan_case){0};
    }
    cases[n] = draw(&p->dice, 3) ? chan_on_timeout_ms(draw(&p->dice, 3))
                                 : CHAN_DEFAULT;
    int i = chan_select_array(cases, n + 1);
    if (sends[i])
        p->n--;
    if (receives[i])
        p->held[p->n++] = got;
    else if (got != -1)
        fail("token %d came to a holder to which it was not sent", got);
}

static void play_about(void *arg)
{
    struct person *p = arg;
    chan(struct timespec) tick = chan_tick_ms(1 + draw(&p->dice, 3));
    for (int i = 0; i < STEPS; i++)
        step(p, tick);
    progress(STEPS);
    while (p->n > 0)
        chan_send(p->round->home, p->held[--p->n]);
    chan_free(tick);
}

static void see(bool *seen, int token)
{
    if (token < 0 || token >= TOKENS || seen[token])
        fail("token %d is there twice", token);
    seen[token] = true;
}

static void play(uint64_t seed)
{
    uint64_t dice = seed;
    struct round r = {.home = chan_make(int, 2 * TOKENS)};
    struct waitgroup wg = {0};
    bool seen[TOKENS] = {false};
    int people = 2 + (int)draw(&dice, PEOPLE - 2), token;
    r.channels = 1 + draw(&dice, CHANNELS);
    for (unsigned i = 0; i < r.channels; i++)
        r.c[i] = chan_make(int, draw(&dice, 2) ? draw(&dice, 4) : 0);
    for (int i = 0; i < people; i++) {
        struct person p = {.dice = seed + 1000u * (unsigned)i, .round = &r};
        for (int k = i; k < TOKENS; k += people)
            p.held[p.n++] = k;
        wg_go(&wg, play_about, p);
    }
    wg_wait(&wg);
    for (unsigned i = 0; i < r.channels; i++) {
        while (chan_select(chan_on_recv(r.c[i], &token), CHAN_DEFAULT) == 0)
            see(seen, token);
        chan_free(r.c[i]);
    }
    while (chan_select(chan_on_recv(r.home, &token), CHAN_DEFAULT) == 0)
        see(seen, token);
    chan_free(r.home);
    for (int i = 0; i < TOKENS; i++)
        if (!seen[i])
            fail("token %d is lost", i);
}

int main(int argc, char **argv)
{
    return stress_main(argc, argv, play, "no token lost");
}
