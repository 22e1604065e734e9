/* memory.c -- what happens before what. The checks write and read variables without
 * atomics or locks. The values must be right, and ThreadSanitizer must not report
 * anything.
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include "check.h"

static int notes[70000];

struct line {
    chan(int) c;
    int n, capacity;
    bool by_select;
};

static void send(const struct line *l, int i)
{
    chan(int) none = NULL;
    if (l->by_select)
        chan_select(chan_on_recv(none, NULL), chan_on_send(l->c, i));
    else
        chan_send(l->c, i);
}

static bool receive(const struct line *l, int *i)
{
    chan(int) none = NULL;
    bool ok;
    if (!l->by_select)
        return chan_recv(l->c, i);
    chan_select(chan_on_recv(l->c, i, &ok), chan_on_recv(none, NULL));
    return ok;
}

static void expect_notes(void *arg)
{
    const struct line *l = arg;
    for (int i = 0, v; i < l->n; i++) {
        CHECK(receive(l, &v));
        CHECK_EQ(notes[v], v + 5);
    }
}

static void in_each_way(void (*check)(struct line))
{
    for (int way = 0; way < 6; way++) {
        int capacity = way / 2 * 3; /* 0, 3, 6 */
        struct line l = { .c = chan_make(int, capacity), .n = rounds(5000),
                          .capacity = capacity, .by_select = way % 2 };
        check(l);
        chan_free(l.c);
        memset(notes, 0, sizeof notes);
    }
}

static void note_and_send(struct line l)
{
    struct waitgroup wg = { 0 };
    wg_go(&wg, expect_notes, l);
    for (int i = 0; i < l.n; i++) {
        notes[i] = i + 5;
        send(&l, i);
    }
    wg_wait(&wg);
}

static void a_send_happens_before_its_receive(void)
{
    in_each_way(note_and_send);
}

static void note_and_receive(void *arg)
{
    const struct line *l = arg;
    for (int i = 0, v; i < l->n; i++) {
        notes[i] = i + 5;
        CHECK(receive(l, &v));
        CHECK_EQ(v, i);
    }
}

/* The k-th receive before the (k+C)-th send completes: so C tokens in a channel
 * are a semaphore. */
static void send_and_expect_notes(struct line l)
{
    struct waitgroup wg = { 0 };
    wg_go(&wg, note_and_receive, l);
    for (int i = 0; i < l.n; i++) {
        send(&l, i);
        if (i >= l.capacity)
            CHECK_EQ(notes[i - l.capacity], i - l.capacity + 5);
    }
    wg_wait(&wg);
}

static void a_receive_happens_before_the_send_it_makes_room_for(void)
{
    in_each_way(send_and_expect_notes);
}

static int critical;

static void enter_often(void *arg)
{
    const struct line *l = arg;
    for (int i = 0; i < l->n; i++) {
        send(l, i);
        critical++;
        CHECK(receive(l, NULL));
    }
}

static void a_channel_of_one_is_a_mutex(void)
{
    struct waitgroup wg = { 0 };
    chan(int) c = chan_make(int, 1);
    struct line l = { .c = c, .n = rounds(10000) };
    for (int i = 0; i < 4; i++) {
        l.by_select = i % 2;
        wg_go(&wg, enter_often, l);
    }
    wg_wait(&wg);
    CHECK_EQ(critical, 4 * l.n);
    chan_free(c);
}

static void see_the_end(void *arg)
{
    const struct line *l = arg;
    int v;
    while (receive(l, &v))
        continue;
    CHECK_EQ(notes[0], 7);
}

/* For goroutines that wait, in a receive or a select, and for later ones. */
static void a_close_happens_before_what_it_ends(void)
{
    for (int i = 0; i < rounds(2000); i++) {
        struct waitgroup wg = { 0 };
        struct line l = { .c = chan_make(int, i % 2) };
        notes[0] = 0;
        for (int k = 0; k < 4; k++) {
            l.by_select = k % 2;
            wg_go(&wg, see_the_end, l);
        }
        if (i % 4 == 0)
            nap_us(300);
        notes[0] = 7;
        chan_close(l.c);
        see_the_end(&l);
        wg_wait(&wg);
        chan_free(l.c);
    }
}

static void expect_and_note(void *cell)
{
    int *note = cell;
    CHECK_EQ(*note, 1);
    *note = 2;
}

/* go() before the function's start, its end before wg_wait(). */
static void go_and_wait_carry_everything(void)
{
    for (int turn = 0; turn < rounds(500); turn++) {
        struct waitgroup wg = { 0 };
        for (int i = 0; i < 10; i++) {
            notes[i] = 1;
            wg_go(&wg, expect_and_note, &notes[i]);
        }
        wg_wait(&wg);
        for (int i = 0; i < 10; i++)
            CHECK_EQ(notes[i], 2);
    }
}

static struct waitgroup ready;

static void wait_and_expect(void *arg)
{
    (void)arg;
    wg_wait(&ready);
    CHECK_EQ(notes[1], 9);
}

/* wg_done() before every wg_wait() that it releases. */
static void done_happens_before_each_wait(void)
{
    for (int turn = 0; turn < rounds(500); turn++) {
        struct waitgroup wg = { 0 };
        notes[1] = 0;
        wg_add(&ready, 1);
        for (int i = 0; i < 4; i++)
            wg_go(&wg, wait_and_expect);
        if (turn % 4 == 0)
            nap_us(300);
        notes[1] = 9;
        wg_done(&ready);
        wg_wait(&wg);
    }
}

/* What is passed along a chain of channels is seen at its end. */
static void pass_on(void *arg)
{
    const struct line *l = arg; /* two: from the first to the second */
    for (int v; chan_recv(l[0].c, &v);) {
        notes[v]++;
        chan_send(l[1].c, v);
    }
    chan_close(l[1].c);
}

static void everything_passes_along_a_chain(void)
{
    enum { LINKS = 6 };
    struct waitgroup wg = { 0 };
    struct line l[LINKS + 1];
    int n = rounds(2000);
    for (int i = 0; i <= LINKS; i++)
        l[i] = (struct line){ .c = chan_make(int, i % 3) };
    for (int i = 0; i < LINKS; i++)
        wg_go(&wg, pass_on, &l[i]);
    for (int i = 0, v, got = 0; got < n;)
        switch (chan_select(chan_on_send(i < n ? l[0].c : NULL, i),
                            chan_on_recv(l[LINKS].c, &v))) {
        case 0:
            i++; /* notes[i] must not be used until it comes back */
            break;
        case 1:
            CHECK_EQ(v, got);
            CHECK_EQ(notes[v], LINKS);
            got++;
        }
    chan_close(l[0].c);
    wg_wait(&wg);
    for (int i = 0; i <= LINKS; i++)
        chan_free(l[i].c);
}

CHECKS(RUN(a_send_happens_before_its_receive),
       RUN(a_receive_happens_before_the_send_it_makes_room_for),
       RUN(a_channel_of_one_is_a_mutex),
       RUN(a_close_happens_before_what_it_ends),
       RUN(go_and_wait_carry_everything), RUN(done_happens_before_each_wait),
       RUN(everything_passes_along_a_chain))
