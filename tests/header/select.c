/* select.c -- a select does exactly one case, chosen fairly, and no other.
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include "check.h"

/* ===== Which case, and what it does ====================================== */

static void the_ready_case_is_done_and_its_index_returned(void)
{
    chan(int) a = chan_make(int, 1), b = chan_make(int, 1);
    chan(double) d = chan_make(double, 1);
    int v = 0;
    bool ok = false;
    chan_send(b, 5);
    CHECK_EQ(chan_select(chan_on_recv(a, &v), chan_on_recv(b, &v, &ok)), 1);
    CHECK(v == 5 && ok);
    CHECK_EQ(chan_select(chan_on_recv(a, &v), chan_on_recv(b, &v),
                         chan_on_send(d, 2.5)),
             2);
    double half;
    CHECK(chan_recv(d, &half) && half == 2.5);
    v = 9;
    CHECK_EQ(chan_select(chan_on_send_from(a, &v)), 0);
    CHECK_EQ(chan_select(chan_on_recv(a, NULL, &ok)), 0);
    CHECK(ok && chan_len(a) == 0);
    chan_free(a);
    chan_free(b);
    chan_free(d);
}

static void cases_not_chosen_leave_everything_alone(void)
{
    chan(int) a = chan_make(int, 1), b = chan_make(int, 1);
    for (int turn = 0; turn < 50; turn++) {
        int v[2] = {7, 7};
        bool ok[2] = {false, false};
        CHECK_EQ(chan_select(chan_on_recv(a, &v[0], &ok[0]), CHAN_DEFAULT), 1);
        CHECK(v[0] == 7 && !ok[0]);
        CHECK_EQ(
            chan_select(chan_on_recv(a, &v[0], &ok[0]), chan_on_timeout_ms(0)),
            1);
        CHECK(v[0] == 7 && !ok[0]);
        chan_send(a, 1);
        chan_send(b, 2);
        int i = chan_select(chan_on_recv(a, &v[0], &ok[0]),
                            chan_on_recv(b, &v[1], &ok[1]));
        CHECK(v[i] == i + 1 && ok[i]);
        CHECK(v[!i] == 7 && !ok[!i]);
        CHECK_EQ(chan_len(a) + chan_len(b), 1);
        CHECK(i ? chan_recv(a, NULL) : chan_recv(b, NULL));
        i = chan_select(chan_on_send(a, 3), chan_on_send(b, 4));
        CHECK_EQ(chan_len(a), i == 0);
        CHECK_EQ(chan_len(b), i == 1);
        CHECK(i ? chan_recv(b, NULL) : chan_recv(a, NULL));
    }
    chan_free(a);
    chan_free(b);
}

/* Tries every list of four cases that are ready, not ready or switched off, with the
 * default at every place. The chosen case is ready, or the default. */
static void default_is_taken_at_any_place_when_nothing_is_ready(void)
{
    chan(int) ready = chan_make(int, 1), empty = chan_make(int, 1), none = NULL;
    for (int kinds = 0; kinds < 81; kinds++)
        for (int place = 0; place < 5; place++) {
            struct chan_case cases[5];
            bool is_ready[5] = {false}, some = false;
            int v;
            for (int i = 0, k = kinds; i < 5; i++) {
                if (i == place) {
                    cases[i] = CHAN_DEFAULT;
                    continue;
                }
                is_ready[i] = k % 3 == 1;
                some = some || is_ready[i];
                cases[i] = k % 3 == 0   ? chan_on_recv(none, &v)
                           : k % 3 == 1 ? chan_on_recv(ready, &v)
                                        : chan_on_recv(empty, &v);
                k /= 3;
            }
            chan_send(ready, 1);
            int i = chan_select_array(cases, 5);
            CHECK(some ? is_ready[i] : i == place);
            CHECK_EQ(chan_len(ready), some ? 0 : 1);
            chan_select(chan_on_recv(ready, NULL), CHAN_DEFAULT);
        }
    chan_free(ready);
    chan_free(empty);
}

static void default_does_not_hide_a_ready_case(void)
{
    chan(int) full = chan_make(int, 1), closed = chan_make(int, 0);
    chan(int) room = chan_make(int, 1), none = NULL;
    int v;
    chan_send(full, 1);
    chan_close(closed);
    CHECK_EQ(chan_select(CHAN_DEFAULT, chan_on_recv(none, &v),
                         chan_on_recv(closed, &v)),
             2);
    CHECK_EQ(
        chan_select(chan_on_send(full, 2), CHAN_DEFAULT, chan_on_send(room, 2)),
        2);
    CHECK_EQ(chan_select(chan_on_send(full, 2), CHAN_DEFAULT,
                         chan_on_recv(full, &v)),
             2);
    CHECK_EQ(chan_select(chan_on_send(none, 2), CHAN_DEFAULT), 1);
    CHECK_EQ(chan_select(CHAN_DEFAULT), 0);
    CHECK_EQ(chan_select(CHAN_DEFAULT, CHAN_DEFAULT), 0);
    chan_free(full);
    chan_free(closed);
    chan_free(room);
}

/* The default comes before every timeout, a shorter timeout before a longer one, and
 * the first of two equal timeouts before the second. timers.c has the checks that
 * take time. */
static void priorities_of_default_and_timeouts(void)
{
    chan(int) none = NULL, empty = chan_make(int, 0);
    CHECK_EQ(chan_select(chan_on_timeout_ms(0), CHAN_DEFAULT), 1);
    CHECK_EQ(chan_select(CHAN_DEFAULT, chan_on_timeout_ms(0)), 0);
    CHECK_EQ(chan_select(chan_on_timeout_ms(-5), CHAN_DEFAULT,
                         chan_on_timeout_ms(LLONG_MIN)),
             1);
    CHECK_EQ(chan_select(chan_on_timeout_ms(-5), chan_on_timeout_ms(-9)), 0);
    CHECK_EQ(chan_select(chan_on_timeout_ms(0), chan_on_timeout_ms(-9)), 0);
    CHECK_EQ(chan_select(chan_on_timeout_ms(9), chan_on_timeout_ms(0)), 1);
    CHECK_EQ(chan_select(chan_on_timeout_ms(90000), chan_on_timeout_ms(4),
                         chan_on_recv(empty, NULL), chan_on_timeout_ms(4),
                         chan_on_timeout_ms(5000)),
             1);
    CHECK_EQ(chan_select(chan_on_timeout_ms(5), chan_on_recv(none, NULL),
                         chan_on_timeout_ms(5)),
             0);
    CHECK_EQ(chan_select(chan_on_timeout_ms(ULLONG_MAX),
                         chan_on_timeout_ms(LLONG_MAX), chan_on_timeout_ms(3),
                         chan_on_timeout_ms(60000)),
             2);
    chan_free(empty);
}

static void the_array_is_left_unchanged(void)
{
    chan(int) a = chan_make(int, 1), none = NULL;
    int v = 3, got;
    bool ok;
    struct chan_case cases[12] =
        {
            chan_on_recv(a, &got, &ok), chan_on_recv(none, &got),
            chan_on_send_from(a, &v),   chan_on_timeout_ms(50),
            chan_on_send(none, 4),      CHAN_DEFAULT,
        },
                     before[12];
    memcpy(before, cases, sizeof cases);
    for (int i = 0; i < 20; i++)
        CHECK_EQ(chan_select_array(cases, 12), i % 2 ? 0 : 2);
    CHECK(got == 3 && ok);
    chan_close(a);
    CHECK_EQ(chan_select_array(cases, 2), 0);
    CHECK(memcmp(before, cases, sizeof cases) == 0);
    const struct chan_case fixed[] = {CHAN_DEFAULT};
    CHECK_EQ(chan_select_array(fixed, 1), 0);
    chan_free(a);
}

static void number_of_cases_may_be_of_any_integer_type(void)
{
    struct chan_case cases[200] = {[2] = CHAN_DEFAULT};
    CHECK_EQ(chan_select_array(cases, (char)3), 2);
    CHECK_EQ(chan_select_array(cases, (signed char)127), 2);
    CHECK_EQ(chan_select_array(cases, (unsigned char)200), 2);
    CHECK_EQ(chan_select_array(cases, (short)3), 2);
    CHECK_EQ(chan_select_array(cases, 3U), 2);
    CHECK_EQ(chan_select_array(cases, 3L), 2);
    CHECK_EQ(chan_select_array(cases, 3ULL), 2);
    CHECK_EQ(chan_select_array(cases, sizeof cases / sizeof *cases), 2);
}

static void sends_from_an_array_built_in_a_loop(void)
{
    chan(int) c[20];
    int values[20];
    struct chan_case cases[20];
    for (int i = 0; i < 20; i++) {
        c[i] = chan_make(int, 1);
        values[i] = -1;
        cases[i] = chan_on_send_from(c[i], &values[i]);
    }
    for (int i = 0; i < 20; i++)
        values[i] = 100 + i; /* read when it is sent */
    for (int n = 0; n < 20; n++) {
        int i = chan_select_array(cases, 20), v;
        CHECK(chan_recv(c[i], &v));
        CHECK_EQ(v, 100 + i);
        cases[i] = (struct chan_case){0}; /* switched off */
    }
    for (int i = 0; i < 20; i++)
        chan_free(c[i]);
}

/* The value of a chan_on_send lives to the end of the block, and is evaluated
 * once, at its place. */
static int evaluations;
static int next_value(void)
{
    return ++evaluations;
}

static void value_of_a_send_case_is_evaluated_once_and_lives(void)
{
    chan(int) c = chan_make(int, 2);
    struct chan_case send = chan_on_send(c, next_value()), also[2];
    int v;
    CHECK_EQ(evaluations, 1);
    also[0] = send;
    also[1] = CHAN_DEFAULT;
    CHECK_EQ(chan_select(send), 0);
    CHECK_EQ(chan_select_array(also, 2), 0);
    CHECK_EQ(chan_select_array(also, 2), 1);
    CHECK_EQ(evaluations, 1);
    CHECK(chan_recv(c, &v) && v == 1);
    CHECK(chan_recv(c, &v) && v == 1);
    CHECK_EQ(chan_select(chan_on_send(c, next_value()),
                         chan_on_send(c, next_value() * 0 + 2)) /
                 2,
             0);
    CHECK_EQ(evaluations, 3);
    chan_free(c);
}

static void selects_nest(void)
{
    chan(int) a = chan_make(int, 1), b = chan_make(int, 1);
    int v;
    switch (
        chan_select(chan_on_send(a, chan_select(chan_on_send(b, 7)) + 40))) {
    case 0:
        switch (chan_select(chan_on_recv(b, &v), CHAN_DEFAULT)) {
        case 0:
            CHECK_EQ(v, 7);
            CHECK(chan_recv(a, &v));
            CHECK_EQ(v, 40);
            break;
        default:
            CHECK(false);
        }
        break;
    default:
        CHECK(false);
    }
    chan_free(a);
    chan_free(b);
}

/* ===== Selects that wait ================================================= */

struct chooser {
    chan(int) a, b, c;
    atomic_int *left;
    struct chan_case *cases;
    int n, chosen, v[3];
    bool ok[3];
};

static void choose(void *arg)
{
    struct chooser *me = arg;
    me->chosen = chan_select(chan_on_recv(me->a, &me->v[0], &me->ok[0]),
                             chan_on_send(me->b, 50),
                             chan_on_recv(me->c, &me->v[2], &me->ok[2]));
}

static void choose_from_array(void *arg)
{
    struct chooser *me = arg;
    me->chosen = chan_select_array(me->cases, me->n);
}

static void a_waiting_select_takes_whatever_comes(void)
{
    for (int turn = 0; turn < 5; turn++) {
        struct watched w;
        struct chooser me = {.a = chan_make(int, 0),
                             .b = chan_make(int, 0),
                             .c = chan_make(int, 0)};
        int v = 0;
        start_waiting(&w, choose, &me);
        if (turn == 0)
            chan_send(me.a, 7);
        else if (turn == 1)
            CHECK(chan_recv(me.b, &v));
        else if (turn == 2)
            chan_send(me.c, 7);
        else if (turn == 3)
            CHECK_EQ(chan_select(chan_on_send(me.c, 7), CHAN_DEFAULT), 0);
        else
            chan_close(me.c);
        finish(&w);
        CHECK_EQ(me.chosen, turn < 3 ? turn : 2);
        CHECK_EQ(me.v[0], turn == 0 ? 7 : 0);
        CHECK_EQ(me.v[2], turn == 2 || turn == 3 ? 7 : 0);
        CHECK_EQ(v, turn == 1 ? 50 : 0);
        CHECK_EQ(me.ok[0], turn == 0);
        CHECK_EQ(me.ok[2], turn == 2 || turn == 3);
        /* The select has left all queues. */
        CHECK_EQ(chan_select(chan_on_send(me.a, 1), chan_on_recv(me.b, NULL),
                             CHAN_DEFAULT),
                 2);
        if (turn < 4)
            CHECK_EQ(chan_select(chan_on_send(me.c, 1), CHAN_DEFAULT), 1);
        chan_free(me.a);
        chan_free(me.b);
        chan_free(me.c);
    }
}

static void a_select_of_300_cases_waits_and_works(void)
{
    enum { MANY = 300 };
    static struct chan_case cases[MANY];
    static chan(int) c[MANY];
    static int v[MANY];
    for (int i = 0; i < MANY; i++)
        c[i] = chan_make(int, 0);
    for (int i = 0; i < MANY; i++) /* a third in both directions */
        cases[i] = i % 3 == 0   ? chan_on_send_from(c[i], &v[i])
                   : i % 3 == 1 ? chan_on_recv(c[i], &v[i])
                                : chan_on_recv(c[299 - i], &v[i]);
    for (int turn = 0; turn < (check_is_slow() ? 5 : 60); turn++) {
        int i = turn * 7 % MANY, got = 0;
        struct watched w;
        struct chooser me = {.cases = cases, .n = MANY};
        v[i] = 1000 + i;
        start_waiting(&w, choose_from_array, &me);
        if (i % 3 == 0) {
            CHECK(chan_recv(c[i], &got));
            CHECK_EQ(got, 1000 + i);
        } else {
            chan_send(i % 3 == 1 ? c[i] : c[299 - i], i);
        }
        finish(&w);
        CHECK_EQ(me.chosen, i);
        if (i % 3)
            CHECK_EQ(v[i], i);
    }
    for (int i = 0; i < MANY; i++)
        chan_free(c[i]);
}

static void a_select_of_300_ready_cases_does_one(void)
{
    static struct chan_case cases[300];
    static int v[300];
    chan(int) c = chan_make(int, 300);
    for (int i = 0; i < 300; i++)
        cases[i] = i % 2 ? chan_on_recv(c, &v[i]) : chan_on_send_from(c, &v[i]);
    chan_send(c, 1);
    for (int turn = 0; turn < 500; turn++) {
        size_t before = chan_len(c);
        int i = chan_select_array(cases, 300);
        CHECK_EQ(chan_len(c), i % 2 ? before - 1 : before + 1);
    }
    chan_free(c);
}

/* ===== The same channel more than once =================================== */

static void both_ways(void *arg)
{
    struct chooser *me = arg;
    me->chosen = chan_select(chan_on_recv(me->a, &me->v[0], &me->ok[0]),
                             chan_on_send(me->a, 60 + me->n));
}

static void both_ways_often(void *arg)
{
    struct chooser *me = arg;
    me->chosen = chan_select(
        chan_on_send(me->a, 60 + me->n), chan_on_recv(me->a, &me->v[0]),
        chan_on_send(me->a, 60 + me->n), chan_on_recv(me->a, &me->v[0]));
    me->chosen = me->chosen % 2 == 0; /* as in both_ways() */
}

static void a_select_never_pairs_with_itself(void)
{
    chan(int) c = chan_make(int, 0);
    int v;
    struct chooser *me = calloc(1, sizeof *me); /* outlives this function */
    CHECK_EQ(chan_select(chan_on_recv(c, &v), chan_on_send(c, 1), CHAN_DEFAULT),
             2);
    CHECK_EQ(chan_select(chan_on_send(c, 1), chan_on_recv(c, &v),
                         chan_on_timeout_ms(5)),
             2);
    me->a = c;
    struct watched w;
    start_waiting(&w, both_ways, me);
    nap_us(10000);
    CHECK(!w.returned);
    CHECK(chan_recv(c, &v));
    CHECK_EQ(v, 60);
    finish(&w);
    CHECK_EQ(me->chosen, 1);

    start_waiting(&w, both_ways_often, me);
    chan_send(c, 9);
    finish(&w);
    CHECK_EQ(me->chosen, 0);
    CHECK_EQ(me->v[0], 9);
    chan_free(c);
    free(me);
}

static void two_such_selects_pair_with_each_other(void)
{
    for (int turn = 0; turn < 20; turn++) {
        struct watched w;
        struct chooser first = {.a = chan_make(int, 0), .n = 1}, second = first;
        second.n = 2;
        start_waiting(&w, turn % 2 ? both_ways : both_ways_often, &first);
        (turn % 4 < 2 ? both_ways : both_ways_often)(&second);
        finish(&w);
        CHECK_EQ(first.chosen + second.chosen, 1);
        CHECK_EQ(first.chosen ? second.v[0] : first.v[0],
                 first.chosen ? 61 : 62);
        chan_free(first.a);
    }
}

static void exchange(void *arg)
{
    struct chooser *me = arg;
    for (int i = 0; i < me->n; i++) {
        int v;
        me->v[chan_select(chan_on_send(me->a, 1), chan_on_recv(me->a, &v))]++;
    }
    atomic_fetch_sub(me->left, 1);
}

static void many_such_selects_pair_off(void)
{
    struct waitgroup wg = {0};
    chan(int) c = chan_make(int, 0);
    struct chooser all[4];
    atomic_int left = 4;
    int sent = 0, got = 0;
    for (int i = 0; i < 4; i++) {
        all[i] = (struct chooser){.a = c, .left = &left, .n = rounds(5000)};
        wg_go(&wg, exchange, &all[i]);
    }
    /* In the end one goroutine may be left: serve the case that it waits for. */
    while (left > 0)
        switch (chan_select(chan_on_send(c, 1), chan_on_recv(c, NULL),
                            chan_on_timeout_ms(20))) {
        case 0:
            sent++;
            break;
        case 1:
            got++;
            break;
        default:
            break;
        }
    wg_wait(&wg);
    for (int i = 0; i < 4; i++) {
        CHECK_EQ(all[i].v[0] + all[i].v[1], all[i].n);
        sent += all[i].v[0];
        got += all[i].v[1];
    }
    CHECK_EQ(sent, got);
    chan_free(c);
}

static void the_same_receive_twice_takes_one_value(void)
{
    for (int waits = 0; waits < 2; waits++) {
        struct watched w;
        chan(int) c = chan_make(int, 0);
        struct chooser me = {.a = c, .c = c};
        start_waiting(&w, choose, &me);
        chan_send(c, 5);
        finish(&w);
        CHECK(me.chosen == 0 || me.chosen == 2);
        CHECK(me.v[me.chosen] == 5 && me.ok[me.chosen]);
        CHECK(me.v[2 - me.chosen] == 0 && !me.ok[2 - me.chosen]);
        CHECK_EQ(chan_select(chan_on_send(c, 1), CHAN_DEFAULT), 1);
        chan_free(c);
    }
}

/* ===== Exactly once ====================================================== */

struct feeder {
    chan(int) c;
    int n;
};

static void feed(void *arg)
{
    const struct feeder *f = arg;
    for (int i = 1; i <= f->n; i++)
        chan_send(f->c, i);
}

/* Two senders serve one waiting select at the same time, on different channels. Only
 * one of them may succeed, and the value of the other must not be lost. */
static void a_waiting_select_is_claimed_once(void)
{
    struct waitgroup wg = {0};
    chan(int) a = chan_make(int, 0), b = chan_make(int, 0);
    int n = rounds(50000), last[2] = {0};
    wg_go(&wg, feed, (struct feeder){a, n});
    wg_go(&wg, feed, (struct feeder){b, n});
    for (int i = 0; i < 2 * n; i++) {
        int v[2];
        int from = chan_select(chan_on_recv(a, &v[0]), chan_on_recv(b, &v[1]));
        CHECK_EQ(v[from], ++last[from]);
    }
    CHECK(last[0] == n && last[1] == n);
    wg_wait(&wg);
    chan_free(a);
    chan_free(b);
}

static void take(void *arg)
{
    const struct feeder *f = arg;
    for (int i = 1, v, last = 0; i <= f->n; i++) {
        CHECK(chan_recv(f->c, &v));
        CHECK(v > last);
        last = v;
    }
}

/* The same with two receivers and a select that sends. */
static void a_waiting_send_is_claimed_once(void)
{
    struct waitgroup wg = {0};
    chan(int) a = chan_make(int, 0), b = chan_make(int, 0);
    int n = rounds(50000), left[2] = {n, n};
    wg_go(&wg, take, (struct feeder){a, n});
    wg_go(&wg, take, (struct feeder){b, n});
    for (int i = 1; i <= 2 * n; i++)
        left[chan_select(chan_on_send(left[0] ? a : NULL, i),
                         chan_on_send(left[1] ? b : NULL, i))]--;
    CHECK(left[0] == 0 && left[1] == 0);
    wg_wait(&wg);
    chan_free(a);
    chan_free(b);
}

/* The same at exactly the same moment: two rivals send together, again and again,
 * each to the first in its queue, which is the same select in both. Only one of
 * them may succeed, so as many values are received as were sent. */
struct rival {
    chan(int) c;
    atomic_int *steps, *last;
    int sent;
};

static void try_together(void *arg)
{
    struct rival *me = arg;
    long long until = now_ns() + 1500 * 1000000LL; /* on a busy machine */
    for (int step = 1; step <= *me->last; step++) {
        if (now_ns() > until && *me->last > step)
            *me->last = step; /* the other has not passed it */
        atomic_fetch_add(me->steps, 1);
        for (int looks = 0; *me->steps < 2 * step; looks++)
            if (looks > 500)
                sched_yield();
        if (chan_select(chan_on_send(me->c, 1), CHAN_DEFAULT) == 0)
            me->sent++;
    }
    chan_close(me->c);
}

struct prize {
    chan(int) a, b;
    int got[2];
};

static void wait_for_either(void *arg)
{
    struct prize *me = arg;
    bool open[2] = { true, true }, ok;
    while (open[0] || open[1]) {
        int i = chan_select(chan_on_recv(open[0] ? me->a : NULL, NULL, &ok),
                            chan_on_recv(open[1] ? me->b : NULL, NULL, &ok));
        if (ok)
            me->got[i]++;
        else
            open[i] = false;
    }
}

static void of_two_rivals_one_gets_the_select(void)
{
    enum { PRIZES = 8 };
    struct waitgroup wg = { 0 };
    atomic_int steps = 0, last = rounds(200000);
    chan(int) a = chan_make(int, 0), b = chan_make(int, 0);
    struct rival rivals[2] = { { a, &steps, &last, 0 },
                               { b, &steps, &last, 0 } };
    struct prize prizes[PRIZES];
    for (int i = 0; i < PRIZES; i++) {
        prizes[i] = (struct prize){ .a = a, .b = b };
        wg_go(&wg, wait_for_either, &prizes[i]);
    }
    wg_go(&wg, try_together, &rivals[0]);
    wg_go(&wg, try_together, &rivals[1]);
    wg_wait(&wg);
    for (int i = 0; i < PRIZES; i++) {
        rivals[0].sent -= prizes[i].got[0];
        rivals[1].sent -= prizes[i].got[1];
    }
    CHECK_EQ(rivals[0].sent, 0);
    CHECK_EQ(rivals[1].sent, 0);
    chan_free(a);
    chan_free(b);
}

/* A value that comes just as the timeout expires is received or stays in the
 * channel: never both, and never neither. */
static void a_value_and_a_timeout_at_once(void)
{
    struct waitgroup wg = {0};
    chan(int) c = chan_make(int, 0);
    int n = rounds(2000), got = 0;
    wg_go(&wg, feed, (struct feeder){c, n});
    while (got < n) {
        int v = 0;
        if (chan_select(chan_on_recv(c, &v), chan_on_timeout_ms(1)) == 0)
            CHECK_EQ(v, ++got);
        else
            CHECK_EQ(v, 0);
        if (got % 64 == 0)
            nap_us(900);
    }
    wg_wait(&wg);
    chan_free(c);
}

struct pinger {
    chan(int) c;
    int n;
};

static void send_around_a_millisecond(void *arg)
{
    const struct pinger *p = arg;
    for (int i = 1; i <= p->n; i++) {
        nap_us(850 + i % 40 * 10);
        chan_send(p->c, i);
    }
}

static void a_value_around_the_deadline(void)
{
    struct waitgroup wg = {0};
    chan(int) c = chan_make(int, 0);
    int n = rounds(400), got = 0;
    wg_go(&wg, send_around_a_millisecond, (struct pinger){c, n});
    while (got < n) {
        int v = 0;
        if (chan_select(chan_on_timeout_ms(1), chan_on_recv(c, &v)) == 1)
            CHECK_EQ(v, ++got);
        else
            CHECK_EQ(v, 0);
    }
    wg_wait(&wg);
    chan_free(c);
}

/* ===== Fairness ========================================================== */

enum { PICKS = 30000 };

/* Picks among `ready` ready cases of an array, each behind `off_each` cases that are
 * not ready. */
static void pick(int ready, int off_each)
{
    struct chan_case cases[64];
    int picked[64] = {0}, nth[64], n = 0, v, value = 1;
    chan(int) full = chan_make(int, 1), closed = chan_make(int, 0), none = NULL;
    chan(int) c[8];
    chan_send(full, 1);
    chan_close(closed);
    for (int i = 0; i < ready; i++) {
        c[i] = chan_make(int, 1);
        for (int k = 0; k < off_each * (i % 3 + 1); k++)
            cases[n++] = k % 3 == 0   ? chan_on_recv(none, &v)
                         : k % 3 == 1 ? chan_on_send_from(full, &value)
                                      : (struct chan_case){0};
        nth[n] = i;
        cases[n++] = i % 3 == 0   ? chan_on_recv(c[i], &v)
                     : i % 3 == 1 ? chan_on_send_from(c[i], &value)
                                  : chan_on_recv(closed, &v);
        if (i % 3 == 0)
            chan_send(c[i], 1);
    }
    if (off_each)
        cases[n++] = CHAN_DEFAULT;
    for (int turn = 0; turn < rounds(PICKS); turn++) {
        int i = nth[chan_select_array(cases, n)];
        picked[i]++;
        if (i % 3 == 0)
            chan_send(c[i], 1);
        else if (i % 3 == 1)
            CHECK(chan_recv(c[i], NULL));
    }
    check_even(picked, ready);
    for (int i = 0; i < ready; i++)
        chan_free(c[i]);
    chan_free(full);
    chan_free(closed);
}

static void ready_cases_are_picked_evenly(void)
{
    pick(2, 0);
    pick(3, 0);
    pick(5, 0);
    pick(8, 0);
}

static void also_with_switched_off_cases_between(void)
{
    pick(2, 1);
    pick(3, 2);
    pick(4, 3);
    pick(7, 4);
}

static void also_with_the_same_channel_in_all_cases(void)
{
    chan(int) c = chan_make(int, 1);
    int picked[4] = {0}, v;
    for (int turn = 0; turn < rounds(PICKS); turn++)
        picked[chan_select(chan_on_send(c, 1), chan_on_recv(c, &v),
                           chan_on_send(c, 2), chan_on_recv(c, &v))]++;
    CHECK_EQ(picked[0] + picked[2], picked[1] + picked[3] + (int)chan_len(c));
    check_even(picked, 4);
    chan_free(c);
}

static void also_over_due_timers(void)
{
    int picked[3] = {0};
    chan(int) c = chan_make(int, 1);
    chan_send(c, 1);
    for (int turn = 0; turn < rounds(PICKS); turn++) {
        chan(struct timespec) a = chan_after_ms(0), b = chan_after_ms(-1);
        int i = chan_select(chan_on_recv(a, NULL), chan_on_recv(c, NULL),
                            chan_on_recv(b, NULL));
        picked[i]++;
        if (i == 1)
            chan_send(c, 1);
        chan_free(a);
        chan_free(b);
    }
    check_even(picked, 3);
    chan_free(c);
}

struct wager {
    chan(int) c;
    chan(int) none;
    int n;
    int picked[4];
};

static void offer_two(void *arg)
{
    struct wager *w = arg;
    for (int i = 0; i < w->n; i++)
        w->picked[chan_select(chan_on_send(w->c, 0),
                              chan_on_recv(w->none, NULL),
                              chan_on_send(w->c, 2))]++;
}

static void accept_two(void *arg)
{
    struct wager *w = arg;
    int v[2];
    for (int i = 0; i < w->n; i++)
        w->picked[chan_select(chan_on_recv(w->c, &v[0]),
                              chan_on_recv(w->c, &v[1]))]++;
}

/* The other side only tries. So whenever it succeeds, the select waited. */
static void two_sends_on_one_channel_that_had_to_wait(void)
{
    struct waitgroup wg = {0};
    struct wager w = {.c = chan_make(int, 0), .n = rounds(PICKS)};
    int got[2] = {0};
    wg_go(&wg, offer_two, &w);
    for (int i = 0; i < w.n;) {
        int v;
        if (chan_select(chan_on_recv(w.c, &v), CHAN_DEFAULT) == 0) {
            got[v / 2]++;
            i++;
        } else {
            sched_yield();
        }
    }
    wg_wait(&wg);
    CHECK(w.picked[0] == got[0] && w.picked[2] == got[1]);
    check_even(got, 2);
    chan_free(w.c);
}

static void two_receives_on_one_channel_that_had_to_wait(void)
{
    struct waitgroup wg = {0};
    struct wager w = {.c = chan_make(int, 0), .n = rounds(PICKS)};
    wg_go(&wg, accept_two, &w);
    for (int i = 0; i < w.n;)
        if (chan_select(chan_on_send(w.c, 1), CHAN_DEFAULT) == 0)
            i++;
        else
            sched_yield();
    wg_wait(&wg);
    check_even(w.picked, 2);
    chan_free(w.c);
}

/* Each thread, and each process, has dice of its own. */
static void pick_alone(void *arg)
{
    int *picked = arg;
    chan(int) c = chan_make(int, 1);
    chan_send(c, 1);
    *picked = chan_select(chan_on_recv(c, NULL), chan_on_recv(c, NULL));
    chan_free(c);
}

static void the_first_pick_of_a_thread_is_fair_too(void)
{
    int picked[2] = {0};
    for (int turn = 0; turn < rounds(4000); turn++) {
        struct waitgroup wg = {0};
        int i;
        wg_go(&wg, pick_alone, &i);
        wg_wait(&wg);
        picked[i]++;
    }
    check_even(picked, 2);
}

/* Orders of the channels of a select, by their addresses. */
static size_t ascending(size_t i, size_t n)
{
    (void)n;
    return i;
}

static size_t descending(size_t i, size_t n)
{
    return n - 1 - i;
}

static size_t from_two_arrays(size_t i, size_t n)
{
    return i % 2 * (n / 2) + i / 2;
}

static size_t from_four_arrays(size_t i, size_t n)
{
    return i % 4 * (n / 4) + i / 4;
}

static size_t anyhow(size_t i, size_t n)
{
    return i * 2654435761U % n; /* n is a power of two */
}

static int by_address(const void *a, const void *b)
{
    size_t x = (size_t) * (chan(int) const *)a;
    size_t y = (size_t) * (chan(int) const *)b;
    return (x > y) - (x < y);
}

static long long cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return ns_of(t);
}

/* The processor's time for a select over n channels, none of them ready. */
static long long price_of(size_t n, size_t (*order)(size_t i, size_t n))
{
    chan(int) *c = calloc(n, sizeof *c);
    struct chan_case *cases = calloc(n + 1, sizeof *cases);
    long long best = LLONG_MAX;
    CHECK(c && cases);
    for (size_t i = 0; i < n; i++)
        c[i] = chan_make(int, 0);
    qsort(c, n, sizeof *c, by_address);
    for (size_t i = 0; i < n; i++)
        cases[i] = chan_on_recv(c[order(i, n)], NULL);
    cases[n] = CHAN_DEFAULT;
    for (int i = 0; i < 5; i++) {
        long long began = cpu_ns();
        CHECK_EQ(chan_select_array(cases, n + 1), (int)n);
        if (cpu_ns() - began < best)
            best = cpu_ns() - began;
    }
    for (size_t i = 0; i < n; i++)
        chan_free(c[i]);
    free(cases);
    free(c);
    return best;
}

/* Sixteen times as many cases cost some 20 times as much, and more if they do not
 * fit into a cache. A quadratic sort would take 256 times as long. */
static void the_cost_of_many_cases_is_n_log_n(void)
{
    size_t (*const orders[])(size_t i, size_t n) = {
        ascending, descending, from_two_arrays, from_four_arrays, anyhow};
    size_t few = check_is_slow() ? 256 : 2048;
    for (int i = 0; i < 5; i++) {
        long long ratio = LLONG_MAX;
        for (int turn = 0; turn < 3 && ratio > 80; turn++)
            ratio = price_of(few * 16, orders[i]) / price_of(few, orders[i]);
        CHECK(ratio <= 80);
    }
}

CHECKS(RUN(the_ready_case_is_done_and_its_index_returned),
       RUN(cases_not_chosen_leave_everything_alone),
       RUN(default_is_taken_at_any_place_when_nothing_is_ready),
       RUN(default_does_not_hide_a_ready_case),
       RUN(priorities_of_default_and_timeouts),
       RUN(the_array_is_left_unchanged),
       RUN(number_of_cases_may_be_of_any_integer_type),
       RUN(sends_from_an_array_built_in_a_loop),
       RUN(value_of_a_send_case_is_evaluated_once_and_lives), RUN(selects_nest),
       RUN(a_waiting_select_takes_whatever_comes),
       RUN(a_select_of_300_cases_waits_and_works),
       RUN(a_select_of_300_ready_cases_does_one),
       RUN(the_cost_of_many_cases_is_n_log_n),
       RUN(a_select_never_pairs_with_itself),
       RUN(two_such_selects_pair_with_each_other),
       RUN(many_such_selects_pair_off),
       RUN(the_same_receive_twice_takes_one_value),
       RUN(a_waiting_select_is_claimed_once),
       RUN(a_waiting_send_is_claimed_once),
       RUN(of_two_rivals_one_gets_the_select), RUN(a_value_and_a_timeout_at_once),
       RUN(a_value_around_the_deadline), RUN(ready_cases_are_picked_evenly),
       RUN(also_with_switched_off_cases_between),
       RUN(also_with_the_same_channel_in_all_cases), RUN(also_over_due_timers),
       RUN(two_sends_on_one_channel_that_had_to_wait),
       RUN(two_receives_on_one_channel_that_had_to_wait),
       RUN(the_first_pick_of_a_thread_is_fair_too))
