/* tokens -- a random crowd hands tokens about; none may vanish or multiply.
 *
 * Each round draws from its seed a number of channels with their capacities, of
 * people and of tokens. Everybody makes selects at random: over some of the
 * channels in any order, sending a token that he holds on some and receiving on
 * others, perhaps on the same one; with cases switched off, defaults, timeouts
 * and tickers between. In the end each token is there once.
 *
 *     tokens [SECONDS [SEED]]     10 seconds; a failure names its seed
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHANNELS = 8, PEOPLE = 24, TOKENS = 40, STEPS = 600, CASES = 14 };

struct round {
    uint64_t seed;
    unsigned channels;
    chan(int) c[CHANNELS];
    chan(int) home;
};

struct person {
    uint64_t dice;
    const struct round *round;
    int held[TOKENS], n; /* the tokens that he holds */
};

static unsigned throw(uint64_t * dice, unsigned sides)
{
    *dice = *dice * 6364136223846793005 + 1442695040888963407;
    return (unsigned)(*dice >> 33) % sides;
}

static void fail(const struct round *r, const char *what, int token)
{
    fprintf(stderr, "tokens: token %d %s; again by: tokens 0 %" PRIu64 "\n",
            token, what, r->seed);
    exit(1);
}

/* One select of up to CASES cases; what it did is seen in the tokens held. */
static void step(struct person *p, chan(struct timespec) tick)
{
    const struct round *r = p->round;
    struct chan_case cases[CASES + 1];
    int got = -1, n = 1 + (int) throw(&p->dice, CASES);
    bool sends[CASES + 1] = {false}, receives[CASES + 1] = {false};
    for (int i = 0; i < n; i++) {
        chan(int) c = r->c[throw(&p->dice, r->channels)];
        unsigned kind = throw(&p->dice, 10);
        sends[i] = p->n > 0 && kind < 5;
        receives[i] = p->n < TOKENS && kind >= 5 && kind < 8;
        cases[i] = sends[i]      ? chan_on_send_from(c, &p->held[p->n - 1])
                   : receives[i] ? chan_on_recv(c, &got)
                   : kind == 8   ? chan_on_recv(tick, NULL)
                                 : (struct chan_case){0};
    }
    cases[n] = throw(&p->dice, 3) ? chan_on_timeout_ms(throw(&p->dice, 3))
                                  : CHAN_DEFAULT;
    int i = chan_select_array(cases, n + 1);
    if (sends[i])
        p->n--;
    if (receives[i])
        p->held[p->n++] = got;
    else if (got != -1)
        fail(r, "came to whom it was not sent", got);
}

static void play_about(void *arg)
{
    struct person *p = arg;
    chan(struct timespec) tick = chan_tick_ms(1 + throw(&p->dice, 3));
    for (int i = 0; i < STEPS; i++)
        step(p, tick);
    while (p->n > 0)
        chan_send(p->round->home, p->held[--p->n]);
    chan_free(tick);
}

static void see(const struct round *r, bool *seen, int token)
{
    if (token < 0 || token >= TOKENS || seen[token])
        fail(r, "is there twice", token);
    seen[token] = true;
}

static void play(uint64_t seed)
{
    uint64_t dice = seed;
    struct round r = {.seed = seed, .home = chan_make(int, 2 * TOKENS)};
    struct waitgroup wg = {0};
    bool seen[TOKENS] = {false};
    int people = 2 + (int) throw(&dice, PEOPLE - 2), token;
    r.channels = 1 + throw(&dice, CHANNELS);
    for (unsigned i = 0; i < r.channels; i++)
        r.c[i] = chan_make(int, throw(&dice, 2) ? throw(&dice, 4) : 0);
    for (int i = 0; i < people; i++) {
        struct person p = {.dice = seed + 1000u * (unsigned)i, .round = &r};
        for (int k = i; k < TOKENS; k += people)
            p.held[p.n++] = k;
        wg_go(&wg, play_about, p);
    }
    wg_wait(&wg);
    for (unsigned i = 0; i < r.channels; i++) {
        while (chan_select(chan_on_recv(r.c[i], &token), CHAN_DEFAULT) == 0)
            see(&r, seen, token);
        chan_free(r.c[i]);
    }
    while (chan_select(chan_on_recv(r.home, &token), CHAN_DEFAULT) == 0)
        see(&r, seen, token);
    chan_free(r.home);
    for (int i = 0; i < TOKENS; i++)
        if (!seen[i])
            fail(&r, "is lost", i);
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
    printf("%lld rounds, no token lost\n", rounds);
    return 0;
}
