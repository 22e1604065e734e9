/* close.c -- a close wakes all waiting goroutines, and reaches all later ones.
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include "check.h"

enum { CROWD = 30 };

struct big {
    int a[50];
};

struct visitor {
    chan(struct big) c, other;
    struct big value;
    int chosen;
    bool ok;
};

static struct watched threads[CROWD];
static struct visitor visitors[CROWD];

static int crowd(void)
{
    return check_is_slow() ? 9 : CROWD;
}

static void receive(void *arg)
{
    struct visitor *v = arg;
    v->ok = chan_recv(v->c, &v->value);
}

static void discard(void *arg)
{
    struct visitor *v = arg;
    v->ok = chan_recv(v->c, NULL);
    memset(&v->value, 0, sizeof v->value);
}

static void select_receive(void *arg)
{
    struct visitor *v = arg;
    struct big never = {{1}};
    v->chosen = chan_select(chan_on_recv(v->other, &never),
                            chan_on_send(v->other, never),
                            chan_on_recv(v->c, &v->value, &v->ok));
    CHECK_EQ(v->chosen, 2);
    CHECK_EQ(never.a[0], 1); /* untouched */
}

static void select_with_timeout(void *arg)
{
    struct visitor *v = arg;
    v->chosen = chan_select(chan_on_timeout_ms(60000),
                            chan_on_recv(v->c, &v->value, &v->ok));
    CHECK_EQ(v->chosen, 1);
}

static void select_twice(void *arg)
{
    struct visitor *v = arg;
    struct big values[2];
    bool oks[2] = {true, true};
    memset(values, 0x55, sizeof values);
    v->chosen = chan_select(chan_on_recv(v->c, &values[0], &oks[0]),
                            chan_on_recv(v->c, &values[1], &oks[1]));
    v->value = values[v->chosen];
    v->ok = oks[v->chosen];
    CHECK(oks[!v->chosen]);
    CHECK_EQ(values[!v->chosen].a[49], 0x55555555);
}

static void expect_woken(void (*calls[])(void *), int n, int capacity)
{
    chan(struct big) c = chan_make(struct big, capacity);
    for (int i = 0; i < crowd(); i++) {
        visitors[i] = (struct visitor){.c = c, .ok = true};
        visitors[i].other = chan_make(struct big, 0);
        memset(&visitors[i].value, 0x55, sizeof(struct big));
        start(&threads[i], calls[i % n], &visitors[i]);
    }
    for (int i = 0; i < crowd(); i++)
        until_asleep(&threads[i]);
    chan_close(c);
    for (int i = 0; i < crowd(); i++) {
        finish(&threads[i]);
        CHECK(!visitors[i].ok);
        for (int k = 0; k < 50; k++)
            CHECK_EQ(visitors[i].value.a[k], 0);
        /* A woken goroutine is in no other queue any more. */
        chan(struct big) other = visitors[i].other;
        CHECK_EQ(chan_select(chan_on_recv(other, NULL),
                             chan_on_send_from(other, &visitors[i].value),
                             CHAN_DEFAULT),
                 2);
        chan_free(other);
    }
    chan_free(c);
}

static void close_wakes_every_receiver(void)
{
    expect_woken((void (*[])(void *)){receive}, 1, 0);
    expect_woken((void (*[])(void *)){receive, discard}, 2, 3);
}

static void close_wakes_every_select(void)
{
    expect_woken((void (*[])(void *)){select_receive}, 1, 0);
    expect_woken(
        (void (*[])(void *)){select_receive, select_with_timeout, select_twice},
        3, 2);
}

static void close_wakes_receivers_and_selects_together(void)
{
    expect_woken((void (*[])(void *)){receive, select_receive, discard,
                                      select_twice, select_with_timeout},
                 5, 0);
}

static void a_closed_channel_answers_every_time(void)
{
    chan(int) c = chan_make(int, 0);
    chan_close(c);
    for (int i = 0; i < 100; i++) {
        int v = 7;
        bool ok = true;
        CHECK(!chan_recv(c, &v));
        CHECK_EQ(v, 0);
        v = 7;
        CHECK_EQ(chan_select(CHAN_DEFAULT, chan_on_recv(c, &v, &ok)), 1);
        CHECK(!ok && v == 0);
    }
    chan_free(c);
}

static void select_drains_before_it_sees_the_end(void)
{
    chan(int) c = chan_make(int, 3);
    for (int i = 1; i <= 3; i++)
        chan_send(c, i);
    chan_close(c);
    for (int i = 1; i <= 5; i++) {
        int v = 7;
        bool ok = i > 3;
        CHECK_EQ(chan_select(chan_on_recv(c, &v, &ok)), 0);
        CHECK_EQ(v, i <= 3 ? i : 0);
        CHECK_EQ(ok, i <= 3);
    }
    chan_free(c);
}

/* ===== Closed at any moment ============================================== */

struct race {
    chan(int) c, quit;
    int n;
};

static void send_and_close(void *arg)
{
    const struct race *r = arg;
    for (int i = 1; i <= r->n; i++)
        chan_send(r->c, i);
    chan_close(r->c);
}

static void nothing_is_lost_before_a_close(void)
{
    for (int turn = 0; turn < rounds(4000); turn++) {
        struct waitgroup wg = {0};
        struct race r = {chan_make(int, turn % 3), NULL, turn % 5};
        int got = 0, v;
        wg_go(&wg, send_and_close, r);
        if (turn % 2)
            while (chan_recv(r.c, &v))
                CHECK_EQ(v, ++got);
        else
            for (bool ok = true; ok; got += ok) {
                chan_select(chan_on_recv(r.quit, &v),
                            chan_on_recv(r.c, &v, &ok));
                CHECK_EQ(v, ok ? got + 1 : 0);
            }
        CHECK_EQ(got, r.n);
        wg_wait(&wg);
        chan_free(r.c);
    }
}

static void until_quit(void *arg)
{
    const struct race *r = arg;
    int v;
    bool ok = true;
    while (chan_select(chan_on_recv(r->c, &v),
                       chan_on_recv(r->quit, NULL, &ok)) == 0)
        CHECK_EQ(v, 1);
    CHECK(!ok);
}

/* Several wait in a select for a value or a close. The close reaches all. */
static void closing_quit_ends_every_worker(void)
{
    for (int turn = 0; turn < rounds(1000); turn++) {
        struct waitgroup wg = {0};
        struct race r = {chan_make(int, 0), chan_make(int, 0), 0};
        for (int i = 0; i < 3; i++)
            wg_go(&wg, until_quit, r);
        for (int i = 0; i < turn % 7; i++)
            chan_send(r.c, 1);
        chan_close(r.quit);
        wg_wait(&wg);
        chan_free(r.c);
        chan_free(r.quit);
    }
}

CHECKS(RUN(close_wakes_every_receiver), RUN(close_wakes_every_select),
       RUN(close_wakes_receivers_and_selects_together),
       RUN(a_closed_channel_answers_every_time),
       RUN(select_drains_before_it_sees_the_end),
       RUN(nothing_is_lost_before_a_close), RUN(closing_quit_ends_every_worker))
