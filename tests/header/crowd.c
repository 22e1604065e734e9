/* crowd.c -- many threads at once, more than there are cores: selects over the
 * same channels in every order, on one core and on all.
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include "check.h"

enum { CHANNELS = 7, CROWD = 64 };

static int crowd(void)
{
    return check_is_slow() ? 12 : CROWD;
}

/* ===== Everyone selects over the same channels ============================ */

struct visitor {
    chan(int) *c;
    int id, n;
    atomic_llong *sum;
    struct chan_case cases[2 * CHANNELS];
};

/* The channels in an order of its own: rotated, backwards, some twice. */
static chan(int) nth(const struct visitor *me, int i)
{
    int step = me->id % 3 == 0 ? 1 : me->id % 3 == 1 ? CHANNELS - 1 : 3;
    return me->c[(me->id + i * step) % CHANNELS];
}

static void send_anywhere(void *arg)
{
    struct visitor *me = arg;
    int v;
    for (int i = 0; i < CHANNELS; i++)
        me->cases[i] = chan_on_send_from(nth(me, i), &v);
    for (v = 1; v <= me->n; v++)
        chan_select_array(me->cases, CHANNELS);
}

static void receive_anywhere(void *arg)
{
    struct visitor *me = arg;
    int v, open = CHANNELS;
    bool ok;
    for (int i = 0; i < CHANNELS; i++)
        me->cases[i] = chan_on_recv(nth(me, i), &v, &ok);
    while (open > 0) {
        int i = chan_select_array(me->cases, CHANNELS);
        if (ok)
            atomic_fetch_add(me->sum, v);
        else
            me->cases[i] = (struct chan_case){ 0 }, open--;
    }
}

static void select_all_over(int capacity)
{
    static chan(int) c[CHANNELS];
    struct waitgroup senders = { 0 }, receivers = { 0 };
    atomic_llong sum = 0;
    int n = rounds(300);
    for (int i = 0; i < CHANNELS; i++)
        c[i] = chan_make(int, capacity);
    struct visitor visitor = { .c = c, .n = n, .sum = &sum };
    for (int i = 0; i < crowd(); i++) {
        visitor.id = i;
        if (i % 2)
            wg_go(&receivers, receive_anywhere, visitor);
        else
            wg_go(&senders, send_anywhere, visitor);
    }
    wg_wait(&senders);
    for (int i = 0; i < CHANNELS; i++)
        chan_close(c[i]);
    wg_wait(&receivers);
    CHECK_EQ(sum, (long long)crowd() / 2 * n * (n + 1) / 2);
    for (int i = 0; i < CHANNELS; i++)
        chan_free(c[i]);
}

static void sixty_four_select_in_every_order(void)
{
    select_all_over(0);
    select_all_over(2);
}

static void on_one_core_as_well(void)
{
    on_one_core();
    select_all_over(0);
    select_all_over(2);
}

/* ===== Pairs of locks ===================================================== */

struct swap {
    chan(int) a, b;
    int n;
};

/* Moves tokens from a to b, or back: whatever can be done. */
static void shift(void *arg)
{
    const struct swap *s = arg;
    for (int i = 0, v; i < s->n; i++)
        switch (chan_select(chan_on_recv(s->a, &v), chan_on_recv(s->b, &v))) {
        case 0:
            chan_select(chan_on_send(s->b, v), chan_on_send(s->a, v));
            break;
        case 1:
            chan_select(chan_on_send(s->a, v), chan_on_send(s->b, v));
        }
}

static void two_orders_of_two_channels_do_not_deadlock(void)
{
    struct waitgroup wg = { 0 };
    chan(int) a = chan_make(int, 4), b = chan_make(int, 4);
    int sum = 0;
    for (int i = 0; i < 4; i++) {
        chan_send(a, i);
        chan_send(b, i);
    }
    for (int i = 0; i < 3; i++) { /* each holds one token at most */
        wg_go(&wg, shift, (struct swap){ a, b, rounds(20000) });
        wg_go(&wg, shift, (struct swap){ b, a, rounds(20000) });
    }
    wg_wait(&wg);
    CHECK_EQ(chan_len(a) + chan_len(b), 8);
    for (int i = 0, v; i < 8; i++) {
        chan_select(chan_on_recv(a, &v), chan_on_recv(b, &v));
        sum += v;
    }
    CHECK_EQ(sum, 12);
    chan_free(a);
    chan_free(b);
}

/* ===== Rings ============================================================== */

struct link {
    chan(int) in, out;
};

static void pass(void *arg)
{
    const struct link *l = arg;
    for (int v; chan_recv(l->in, &v);)
        chan_send(l->out, v + 1);
    chan_close(l->out);
}

/* One value goes round and round, through as many threads as there are. */
static void run_round(int links, int times)
{
    struct waitgroup wg = { 0 };
    chan(int) first = chan_make(int, 0), in = first;
    chan(int) all[CROWD];
    for (int i = 0; i < links; i++) {
        all[i] = in;
        chan(int) out = chan_make(int, 0);
        wg_go(&wg, pass, (struct link){ in, out });
        in = out;
    }
    int v = 0;
    for (int i = 0; i < times; i++) {
        chan_send(first, v);
        CHECK(chan_recv(in, &v));
    }
    CHECK_EQ(v, links * times);
    chan_close(first);
    CHECK(!chan_recv(in, &v));
    wg_wait(&wg);
    for (int i = 0; i < links; i++)
        chan_free(all[i]);
    chan_free(in);
}

static void a_value_goes_round_sixty_four_threads(void)
{
    run_round(crowd(), rounds(100));
    run_round(1, rounds(5000));
}

static void also_on_one_core(void)
{
    on_one_core();
    run_round(crowd(), rounds(100));
    run_round(1, rounds(5000));
}

/* ===== One channel for all ================================================ */

static void send_many(void *arg)
{
    const struct swap *s = arg;
    for (int i = 1; i <= s->n; i++)
        chan_send(s->a, i);
}

struct taker {
    chan(int) c;
    atomic_llong *sum;
};

static void take_all(void *arg)
{
    const struct taker *t = arg;
    for (int v; chan_recv(t->c, &v);)
        atomic_fetch_add(t->sum, v);
}

static void crowd_one_channel(int capacity)
{
    struct waitgroup senders = { 0 }, takers = { 0 };
    atomic_llong sum = 0;
    int n = rounds(1000);
    chan(int) c = chan_make(int, capacity);
    for (int i = 0; i < crowd() / 2; i++) {
        wg_go(&senders, send_many, (struct swap){ c, NULL, n });
        wg_go(&takers, take_all, (struct taker){ c, &sum });
    }
    wg_wait(&senders);
    chan_close(c);
    wg_wait(&takers);
    CHECK_EQ(sum, (long long)(crowd() / 2) * n * (n + 1) / 2);
    chan_free(c);
}

static void sixty_four_share_one_channel(void)
{
    crowd_one_channel(0);
    crowd_one_channel(1);
    crowd_one_channel(50);
}

static void even_on_one_core(void)
{
    on_one_core();
    crowd_one_channel(0);
    crowd_one_channel(1);
}

CHECKS(RUN(sixty_four_select_in_every_order), RUN(on_one_core_as_well),
       RUN(two_orders_of_two_channels_do_not_deadlock),
       RUN(a_value_goes_round_sixty_four_threads), RUN(also_on_one_core),
       RUN(sixty_four_share_one_channel), RUN(even_on_one_core))
