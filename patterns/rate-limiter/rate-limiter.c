/* rate-limiter -- so many in a while, and no more.
 *
 * A small museum lets in one visitor every 20 ms. That is steady, but after a
 * quiet hour three could go in together and nobody would be cramped. So its
 * guard has a bucket for three tokens: every 20 ms one is put in, if there is
 * room, and each visitor takes one.
 *
 *     visitors ------------------------------.
 *                                            +--> guard
 *     beat --> refill --> [ooo] --a token----'
 *                         bucket
 *
 * Main plays two days. On the steady one the beat itself is what the guard
 * waits for, on the bursty one a token from the bucket. Watch the second rush,
 * after the quiet: three at once, and then again one in a beat.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { BEAT_MS = 20, QUIET_MS = 110, RUSHES = 2 };

struct rush {
    int visitors;
    chan(int) door;
};

static void rush(void *arg)
{
    const struct rush *r = arg;
    for (int i = 0; i < RUSHES * r->visitors; i++) {
        if (i == r->visitors)
            sleep_ms(QUIET_MS); /* between the two rushes */
        chan_send(r->door, i);
    }
    chan_close(r->door);
}

struct refill {
    chan(struct timespec) beat, bucket;
    chan(bool) evening;
};

static void refill(void *arg)
{
    const struct refill *r = arg;
    struct timespec token = {0}; /* any value will do */
    for (size_t i = chan_cap(r->bucket); i > 0; i--)
        chan_send(r->bucket, token); /* full in the morning */
    while (chan_select(chan_on_recv(r->beat, &token),
                       chan_on_recv(r->evening, NULL)) == 0)
        /* A full bucket runs over. If we waited for room instead, we would
         * not hear the evening. */
        chan_select(chan_on_send(r->bucket, token), CHAN_DEFAULT);
}

/* Lets in all who come, each for a token, and returns whether nobody was early:
 * up to any moment `burst` of them, and one for each beat that has passed. */
static bool guard(const char *day, chan(int) door, chan(struct timespec) tokens,
                  int burst, long long opened)
{
    int in = 0, early = 0;
    fprintf(stderr, "~ %s:", day);
    while (chan_recv(door, NULL)) {
        chan_recv(tokens, NULL);
        long long at = now_ms() - opened;
        fprintf(stderr, " %lld", at);
        in++;
        early += in > burst + at / BEAT_MS;
    }
    fprintf(stderr, " ms\n");
    printf("%s: %d let in, %d too early\n", day, in, early);
    return early == 0;
}

static bool steady(chan(int) door)
{
    long long opened = now_ms();
    chan(struct timespec) beat = chan_tick_ms(BEAT_MS);
    defer(chan_free, beat);
    return guard("steady", door, beat, 0, opened);
}

static bool bursty(chan(int) door, int burst)
{
    long long opened = now_ms();
    struct waitgroup filling = {0};
    struct refill r = {chan_tick_ms(BEAT_MS), chan_make(struct timespec, burst),
                       chan_make(bool, 0)};
    wg_go(&filling, refill, r);

    bool good = guard("bursty", door, r.bucket, burst, opened);
    chan_close(r.evening);
    wg_wait(&filling);
    chan_free(r.beat);
    chan_free(r.bucket);
    chan_free(r.evening);
    return good;
}

static bool play(int visitors, int burst, bool in_bursts)
{
    chan(int) door = chan_make(int, 0);
    struct waitgroup rushing = {0};
    wg_go(&rushing, rush, (struct rush){visitors, door});
    bool good = in_bursts ? bursty(door, burst) : steady(door);
    wg_wait(&rushing);
    chan_free(door);
    return good;
}

int main(int argc, char **argv)
{
    enum { BOTH = -1, STEADY, BURSTY };
    int way = BOTH, visitors = 5, burst = 3;
    args(argc, argv,
         "rate-limiter [steady | bursty] [VISITORS [BURST]]"
         "    (1 to 1000: 5 in a rush, 3)",
         arg_choice(&way, "steady", "bursty"), arg_number(&visitors, 1, 1000),
         arg_number(&burst, 1, 1000));

    bool good = way == BURSTY || play(visitors, burst, false);
    good = (way == STEADY || play(visitors, burst, true)) && good;
    puts(good ? "the rate was kept" : "the rate was lost");
    return !good;
}
