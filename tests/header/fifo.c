/* fifo.c -- the thread that waits first is served first.
 *
 * The threads wait in a known order, without a sleep: until_asleep() returns when
 * the kernel reports that a thread waits in its call, and only then does the next
 * thread start. check.h explains why that is certain.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include "check.h"

enum { CROWD = 24 };

struct visitor {
    chan(int) c, other;
    int value, chosen;
    bool ok;
};

static struct watched threads[CROWD];
static struct visitor visitors[CROWD];

static void send(void *arg)
{
    struct visitor *v = arg;
    chan_send(v->c, v->value);
}

static void receive(void *arg)
{
    struct visitor *v = arg;
    v->ok = chan_recv(v->c, &v->value);
}

static void select_send(void *arg)
{
    struct visitor *v = arg;
    v->chosen =
        chan_select(chan_on_recv(v->other, NULL), chan_on_send(v->c, v->value));
}

static void select_receive(void *arg)
{
    struct visitor *v = arg;
    v->chosen = chan_select(chan_on_recv(v->c, &v->value, &v->ok),
                            chan_on_recv(v->other, NULL));
}

static void select_impatiently(void *arg)
{
    struct visitor *v = arg;
    v->chosen =
        chan_select(chan_on_recv(v->c, &v->value, &v->ok),
                    chan_on_send(v->other, 1), chan_on_timeout_ms(v->value));
}

static void visit(int i, void (*call)(void *), chan(int) c, int value)
{
    visitors[i] = (struct visitor){.c = c, .value = value};
    start_waiting(&threads[i], call, &visitors[i]);
}

static int crowd(void)
{
    return check_is_slow() ? 6 : CROWD;
}

/* ===== Senders =========================================================== */

static void senders_are_served_in_turn(void (*even)(void *),
                                       void (*odd)(void *), int capacity)
{
    chan(int) c = chan_make(int, capacity);
    for (int i = 0; i < capacity; i++)
        chan_send(c, i);
    for (int i = 0; i < crowd(); i++)
        visit(i, i % 2 ? odd : even, c, capacity + i);
    for (int i = 0, v; i < capacity + crowd(); i++) {
        CHECK(chan_recv(c, &v));
        CHECK_EQ(v, i);
    }
    for (int i = 0; i < crowd(); i++)
        finish(&threads[i]);
    chan_free(c);
}

static void waiting_senders(void)
{
    senders_are_served_in_turn(send, send, 0);
}

static void waiting_senders_behind_a_full_buffer(void)
{
    senders_are_served_in_turn(send, send, 1);
    senders_are_served_in_turn(send, send, 5);
}

static void waiting_selects_that_send(void)
{
    senders_are_served_in_turn(select_send, select_send, 0);
    senders_are_served_in_turn(select_send, select_send, 2);
}

static void senders_and_selects_stand_in_one_queue(void)
{
    senders_are_served_in_turn(send, select_send, 0);
    senders_are_served_in_turn(select_send, send, 3);
}

/* Received by a select instead of by chan_recv(). */
static void selects_take_from_the_front(void)
{
    chan(int) c = chan_make(int, 0), none = chan_make(int, 0);
    for (int i = 0; i < 8; i++)
        visit(i, i % 3 ? send : select_send, c, i);
    for (int i = 0, v; i < 8; i++) {
        CHECK_EQ(chan_select(chan_on_recv(none, NULL), chan_on_recv(c, &v)), 1);
        CHECK_EQ(v, i);
    }
    for (int i = 0; i < 8; i++)
        finish(&threads[i]);
    chan_free(c);
    chan_free(none);
}

/* ===== Receivers ========================================================= */

static void receivers_are_served_in_turn(void (*even)(void *),
                                         void (*odd)(void *), int capacity,
                                         bool by_select)
{
    chan(int) c = chan_make(int, capacity);
    for (int i = 0; i < crowd(); i++)
        visit(i, i % 2 ? odd : even, c, -1);
    for (int i = 0; i < crowd(); i++)
        if (by_select)
            chan_select(chan_on_send(c, 100 + i));
        else
            chan_send(c, 100 + i);
    for (int i = 0; i < crowd(); i++) {
        finish(&threads[i]);
        CHECK(visitors[i].ok);
        CHECK_EQ(visitors[i].value, 100 + i);
    }
    CHECK_EQ(chan_len(c), 0);
    chan_free(c);
}

static void waiting_receivers(void)
{
    receivers_are_served_in_turn(receive, receive, 0, false);
    receivers_are_served_in_turn(receive, receive, 3, true);
}

static void waiting_selects_that_receive(void)
{
    receivers_are_served_in_turn(select_receive, select_receive, 0, false);
    receivers_are_served_in_turn(select_receive, select_receive, 2, true);
}

static void receivers_and_selects_stand_in_one_queue(void)
{
    receivers_are_served_in_turn(receive, select_receive, 0, true);
    receivers_are_served_in_turn(select_receive, receive, 1, false);
}

/* ===== Who leaves the queue ============================================== */

/* A select in the queue is served elsewhere: at the front, in the middle and at
 * the end. The others keep their order. */
static void a_select_served_elsewhere_leaves_the_queue(void)
{
    for (int gone = 0; gone < 5; gone++) {
        chan(int) c = chan_make(int, 0), other = chan_make(int, 0);
        for (int i = 0; i < 5; i++) {
            visitors[i] = (struct visitor){.c = c, .value = -1};
            visitors[i].other = i == gone ? other : NULL;
            start_waiting(&threads[i], i == gone ? select_receive : receive,
                          &visitors[i]);
        }
        chan_send(other, 9);
        finish(&threads[gone]);
        CHECK_EQ(visitors[gone].chosen, 1);
        CHECK_EQ(visitors[gone].value, -1);
        for (int i = 0; i < 5; i++)
            if (i != gone)
                chan_send(c, i);
        for (int i = 0; i < 5; i++)
            if (i != gone) {
                finish(&threads[i]);
                CHECK_EQ(visitors[i].value, i);
            }
        CHECK_EQ(chan_select(chan_on_send(c, 1), CHAN_DEFAULT), 1);
        chan_free(c);
        chan_free(other);
    }
}

static void a_select_that_gives_up_leaves_the_queue(void)
{
    for (int gone = 0; gone < 5; gone += 2) {
        chan(int) c = chan_make(int, 0);
        for (int i = 0; i < 5; i++) {
            visitors[i] = (struct visitor){.c = c, .value = 60};
            start(&threads[i], i == gone ? select_impatiently : receive,
                  &visitors[i]);
            until_asleep_or_returned(&threads[i]);
        }
        finish(&threads[gone]);
        CHECK_EQ(visitors[gone].chosen, 2);
        for (int i = 0; i < 5; i++)
            if (i != gone)
                chan_send(c, i);
        for (int i = 0; i < 5; i++)
            if (i != gone) {
                finish(&threads[i]);
                CHECK_EQ(visitors[i].value, i);
            }
        chan_free(c);
    }
}

/* A thread that comes later does not overtake, although it is running. */
static void newcomers_do_not_overtake(void)
{
    for (int capacity = 0; capacity < 3; capacity++) {
        chan(int) c = chan_make(int, capacity);
        for (int i = 0; i < capacity; i++)
            chan_send(c, i);
        for (int i = 0; i < 3; i++)
            visit(i, send, c, capacity + i);
        int v, want = 0;
        CHECK_EQ(chan_select(chan_on_send(c, 99), CHAN_DEFAULT), 1);
        CHECK(chan_recv(c, &v));
        CHECK_EQ(v, want++);
        CHECK_EQ(chan_select(chan_on_send(c, 99), CHAN_DEFAULT), 1);
        for (; want < capacity + 3; want++) {
            CHECK(chan_recv(c, &v));
            CHECK_EQ(v, want);
        }
        CHECK_EQ(chan_select(chan_on_recv(c, &v), CHAN_DEFAULT), 1);
        for (int i = 0; i < 3; i++)
            finish(&threads[i]);
        chan_free(c);
    }
}

CHECKS(RUN(waiting_senders), RUN(waiting_senders_behind_a_full_buffer),
       RUN(waiting_selects_that_send),
       RUN(senders_and_selects_stand_in_one_queue),
       RUN(selects_take_from_the_front), RUN(waiting_receivers),
       RUN(waiting_selects_that_receive),
       RUN(receivers_and_selects_stand_in_one_queue),
       RUN(a_select_served_elsewhere_leaves_the_queue),
       RUN(a_select_that_gives_up_leaves_the_queue),
       RUN(newcomers_do_not_overtake))
