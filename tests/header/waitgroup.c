/* waitgroup.c -- waiting for all of several.
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <limits.h>

#include "check.h"

static void wait_for_it(void *wg)
{
    wg_wait(wg);
}

static void ready_as_it_is(void)
{
    struct waitgroup zeroed = { 0 };
    static struct waitgroup by_default;
    struct waitgroup *allocated = calloc(1, sizeof *allocated);
    wg_wait(&zeroed); /* nothing to wait for */
    wg_wait(&by_default);
    wg_wait(allocated);
    wg_add(&zeroed, 0);
    wg_wait(&zeroed);
    free(allocated);
}

static void wait_returns_when_the_last_is_done(void)
{
    struct waitgroup wg = { 0 };
    struct watched w;
    wg_add(&wg, 3);
    start_waiting(&w, wait_for_it, &wg);
    wg_done(&wg);
    until_asleep(&w);
    wg_done(&wg);
    until_asleep(&w);
    wg_done(&wg);
    finish(&w);
}

static void several_may_wait(void)
{
    for (int turn = 0; turn < 5; turn++) { /* and again, and again */
        static struct waitgroup wg;
        struct watched w[10];
        wg_add(&wg, 1 + turn);
        for (int i = 0; i < 10; i++)
            start(&w[i], wait_for_it, &wg);
        for (int i = 0; i < 10; i++)
            until_asleep(&w[i]);
        wg_add(&wg, -turn);
        nap_us(2000);
        for (int i = 0; i < 10; i++)
            CHECK(!w[i].returned);
        wg_done(&wg);
        for (int i = 0; i < 10; i++)
            finish(&w[i]);
    }
}

static void add_takes_any_integer(void)
{
    struct waitgroup wg = { 0 };
    wg_add(&wg, (char)1);
    wg_add(&wg, (signed char)-1);
    wg_add(&wg, (unsigned char)200);
    wg_add(&wg, (short)-200);
    wg_add(&wg, 5U);
    wg_add(&wg, -5);
    wg_add(&wg, 7UL);
    wg_add(&wg, -7L);
    wg_add(&wg, 1ULL << 40);
    wg_add(&wg, -(1LL << 40));
    wg_add(&wg, true);
    wg_add(&wg, (ptrdiff_t)-1);
    wg_add(&wg, LLONG_MAX);
    wg_add(&wg, -LLONG_MAX);
    wg_wait(&wg);
}

struct share {
    struct waitgroup *wg;
    int *cell;
};

static void set_and_be_done(void *arg)
{
    const struct share *s = arg;
    *s->cell += 1;
    wg_done(s->wg);
}

static void set(void *cell)
{
    *(int *)cell += 1;
}

/* What was done before wg_done() is seen after wg_wait(). */
static void all_that_was_done_is_seen(void)
{
    static int cells[50];
    struct waitgroup wg = { 0 };
    for (int turn = 1; turn <= rounds(100); turn++) {
        wg_add(&wg, 25);
        for (int i = 0; i < 25; i++)
            go(set_and_be_done, (struct share){ &wg, &cells[i] });
        for (int i = 25; i < 50; i++)
            wg_go(&wg, set, &cells[i]);
        wg_wait(&wg);
        for (int i = 0; i < 50; i++)
            CHECK_EQ(cells[i], turn);
    }
}

struct counter {
    struct waitgroup *wg;
    int n;
};

static void up_and_down(void *arg)
{
    const struct counter *c = arg;
    for (int i = 0; i < c->n; i++) {
        wg_add(c->wg, 3);
        wg_done(c->wg);
        wg_add(c->wg, -2);
    }
    wg_done(c->wg);
}

static void many_count_at_once(void)
{
    struct waitgroup wg = { 0 };
    wg_add(&wg, 8);
    for (int i = 0; i < 8; i++)
        go(up_and_down, (struct counter){ &wg, rounds(20000) });
    wg_wait(&wg);
}

static atomic_int ended;
static void end_late(void *arg)
{
    (void)arg;
    nap_us(3000);
    atomic_fetch_add(&ended, 1);
}

static void wg_go_is_done_when_the_function_returns(void)
{
    struct waitgroup wg = { 0 };
    for (int turn = 1; turn <= 5; turn++) {
        for (int i = 0; i < 10; i++)
            wg_go(&wg, end_late);
        wg_wait(&wg);
        CHECK_EQ(ended, turn * 10);
    }
}

CHECKS(RUN(ready_as_it_is), RUN(wait_returns_when_the_last_is_done),
       RUN(several_may_wait), RUN(add_takes_any_integer),
       RUN(all_that_was_done_is_seen), RUN(many_count_at_once),
       RUN(wg_go_is_done_when_the_function_returns))
