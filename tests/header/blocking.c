/* blocking.c -- the rows of the table that end in "blocks forever", the others
 * that wait, and what waiting costs.
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <limits.h>

#include "check.h"

static void send(void *c)
{
    chan(int) to = c;
    chan_send(to, 1);
}

static void receive(void *c)
{
    chan(int) from = c;
    int v;
    chan_recv(from, &v);
}

static void discard(void *c)
{
    chan(int) from = c;
    chan_recv(from, NULL);
}

/* ===== For ever ========================================================== */

static void send_on_null_blocks(void)
{
    blocks_forever(send, NULL);
}

static void receive_on_null_blocks(void)
{
    blocks_forever(receive, NULL);
    blocks_forever(discard, NULL);
}

static void tick_on_null(void *c)
{
    chan(struct timespec) from = c;
    struct timespec t;
    chan_recv(from, &t);
}

static void null_of_another_type_blocks_too(void)
{
    blocks_forever(tick_on_null, NULL);
}

static void select_all_null(void *arg)
{
    chan(int) none = arg;
    chan(double) nothing = NULL;
    int v;
    bool ok;
    chan_select(chan_on_recv(none, &v), chan_on_send(nothing, 1.0),
                chan_on_recv(nothing, NULL, &ok));
}

static void select_one_null(void *arg)
{
    chan(int) none = arg;
    chan_select(chan_on_send(none, 1));
}

static void select_no_case(void *arg)
{
    (void)arg;
    chan_select();
}

static void select_empty_array(void *arg)
{
    struct chan_case cases[1] = {CHAN_DEFAULT};
    chan_select_array(arg ? cases : NULL, 0);
}

static void select_zeroed_cases(void *arg)
{
    struct chan_case cases[40] = {{0}};
    (void)arg;
    chan_select_array(cases, 40);
}

static void select_of_null_cases_blocks(void)
{
    int something;
    blocks_forever(select_all_null, NULL);
    blocks_forever(select_one_null, NULL);
    blocks_forever(select_zeroed_cases, NULL);
    blocks_forever(select_no_case, NULL);
    blocks_forever(select_empty_array, NULL);
    blocks_forever(select_empty_array, &something);
}

/* ===== Without a partner ================================================= */

static void nobody_comes_to_an_unbuffered_channel(void)
{
    blocks_forever(send, chan_make(int, 0));
    blocks_forever(receive, chan_make(int, 0));
    blocks_forever(discard, chan_make(int, 0));
}

static void full_and_empty_buffers_block(void)
{
    chan(int) full = chan_make(int, 2);
    chan_send(full, 1);
    chan_send(full, 2);
    blocks_forever(send, full);
    blocks_forever(receive, chan_make(int, 2));
}

static void two_of_a_kind_do_not_serve_each_other(void)
{
    chan(int) c = chan_make(int, 0), d = chan_make(int, 0);
    blocks_forever(send, c);
    blocks_forever(send, c);
    blocks_forever(receive, d);
    blocks_forever(receive, d);
}

static void await(void *wg)
{
    wg_wait(wg);
}

static void wait_group_blocks_while_something_is_left(void)
{
    static struct waitgroup wg;
    wg_add(&wg, 2);
    wg_done(&wg);
    blocks_forever(await, &wg);
    blocks_forever(await, &wg);
}

static void huge_timeout(void *ms)
{
    chan(int) none = NULL;
    long long n = *(long long *)ms;
    chan_select(chan_on_timeout_ms(n), chan_on_recv(none, NULL));
}

static void hugest_timeout(void *arg)
{
    (void)arg;
    chan_select(chan_on_timeout_ms(ULLONG_MAX));
}

static void huge_sleep(void *ms)
{
    unsigned long long n = *(unsigned long long *)ms;
    sleep_ms(n);
}

static void huge_times_never_come(void)
{
    static long long huge[] = {LLONG_MAX,
                               LLONG_MAX / 1000,
                               LLONG_MAX / 1000000,
                               LLONG_MAX / 1000000 - 1,
                               INT_MAX,
                               UINT_MAX};
    static unsigned long long hugest[] = {ULLONG_MAX, LLONG_MAX,
                                          LLONG_MAX / 1000000, INT_MAX};
    for (size_t i = 0; i < 6; i++) {
        blocks_forever(huge_timeout, &huge[i]);
        blocks_forever(tick_on_null, chan_after_ms(huge[i]));
        blocks_forever(tick_on_null, chan_tick_ms(huge[i]));
    }
    blocks_forever(hugest_timeout, NULL);
    for (size_t i = 0; i < 4; i++) {
        blocks_forever(huge_sleep, &hugest[i]);
        blocks_forever(tick_on_null, chan_after_ms(hugest[i]));
        blocks_forever(tick_on_null, chan_tick_ms(hugest[i]));
    }
}

static void fired_timer_blocks(void)
{
    chan(struct timespec) after = chan_after_ms(1);
    CHECK(chan_recv(after, NULL));
    blocks_forever(tick_on_null, after);
    blocks_forever(tick_on_null, after);
}

/* ===== What waiting costs ================================================ */

static void select_both(void *c)
{
    chan(int) from = c;
    int v = 0;
    chan_select(chan_on_recv(from, &v), chan_on_send(from, v),
                chan_on_timeout_ms(60000));
}

static long long cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return ns_of(t) / 1000000;
}

/* One thread in each kind of call, all of them for a second. */
static void a_second_of_waiting_costs_next_to_nothing(void)
{
    static struct waitgroup wg = {0};
    static long long minute = 60000;
    chan(int) full = chan_make(int, 1);
    chan_send(full, 1);
    wg_add(&wg, 1);
    struct {
        void (*call)(void *);
        void *arg;
    } waits[] = {
        {send, chan_make(int, 0)},
        {receive, chan_make(int, 0)},
        {send, full},
        {receive, chan_make(int, 1)},
        {select_both, chan_make(int, 0)},
        {huge_timeout, &minute},
        {await, &wg},
        {tick_on_null, chan_after_ms(60000)},
        {send, NULL},
        {huge_sleep, &minute},
        {select_no_case, NULL},
    };
    long long before = cpu_ms();
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        struct watched *w = malloc(sizeof *w);
        start(w, waits[i].call, waits[i].arg);
        pthread_detach(w->thread);
    }
    nap_us(500000);
    nap_us(500000);
    long long spent = cpu_ms() - before;
    if (spent >= (check_is_slow() ? 2000 : SANITIZED ? 150 : 50))
        CHECK_EQ(spent, 0);
    exit(0);
}

/* A tick wakes no more threads than it must. */
static void ticks_and_timeouts_cost_little(void)
{
    chan(struct timespec) tick = chan_tick_ms(10);
    chan(int) none = chan_make(int, 0);
    long long before = cpu_ms();
    for (int i = 0; i < 20; i++) {
        CHECK(chan_recv(tick, NULL));
        chan_select(chan_on_recv(none, NULL), chan_on_timeout_ms(5));
    }
    long long spent = cpu_ms() - before;
    if (spent >= (check_is_slow() ? 2000 : SANITIZED ? 100 : 30))
        CHECK_EQ(spent, 0);
    chan_free(tick);
    chan_free(none);
}

CHECKS(RUN(send_on_null_blocks), RUN(receive_on_null_blocks),
       RUN(null_of_another_type_blocks_too), RUN(select_of_null_cases_blocks),
       RUN(nobody_comes_to_an_unbuffered_channel),
       RUN(full_and_empty_buffers_block),
       RUN(two_of_a_kind_do_not_serve_each_other),
       RUN(wait_group_blocks_while_something_is_left),
       RUN(huge_times_never_come), RUN(fired_timer_blocks),
       RUN(a_second_of_waiting_costs_next_to_nothing),
       RUN(ticks_and_timeouts_cost_little))
