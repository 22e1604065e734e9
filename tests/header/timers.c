/* timers.c -- timer channels, tickers, timeouts, sleeping: never early, on the grid,
 * never piled up. No check depends on how late a busy machine is.
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <limits.h>

#include "check.h"

static const long long MS = 1000000;

static void sleep_ns(long long ns)
{
    long long until = now_ns() + ns;
    while (now_ns() < until)
        nap_us((until - now_ns()) / 1000 % 100000 + 1);
}

/* ===== chan_after_ms ===================================================== */

static void after_delivers_when_due_and_never_early(void)
{
    for (int turn = 0; turn < 40; turn++) {
        int ms = turn % 8;
        struct timespec t;
        long long before = now_ns();
        chan(struct timespec) c = chan_after_ms(ms);
        long long after = now_ns();
        if (turn % 2)
            CHECK(chan_recv(c, &t));
        else
            CHECK_EQ(chan_select(chan_on_recv(c, &t)), 0);
        long long now = now_ns(), due = ns_of(t);
        CHECK(before + ms * MS <= due); /* the time in the value */
        CHECK(due <= after + ms * MS);
        CHECK(now >= due); /* and the time of its receipt */
        chan_free(c);
    }
}

static void after_is_not_ready_before_it_is_due(void)
{
    struct timespec t = {.tv_sec = 0};
    long long before = now_ns();
    chan(struct timespec) c = chan_after_ms(15);
    long long n = 0;
    for (; chan_select(chan_on_recv(c, &t), CHAN_DEFAULT) == 1; n++)
        CHECK_EQ(ns_of(t), 0);
    CHECK(now_ns() >= before + 15 * MS);
    CHECK(ns_of(t) >= before + 15 * MS);
    CHECK(n > 0 || now_ns() > before + 15 * MS);
    chan_free(c);
}

static void after_is_never_ready_again(void)
{
    chan(struct timespec) c = chan_after_ms(1);
    bool ok = false;
    CHECK_EQ(chan_select(chan_on_recv(c, NULL, &ok)), 0);
    CHECK(ok);
    for (int i = 0; i < 10; i++) {
        CHECK_EQ(chan_select(chan_on_recv(c, NULL), CHAN_DEFAULT), 1);
        CHECK_EQ(chan_select(chan_on_timeout_ms(2), chan_on_recv(c, NULL)), 0);
    }
    chan_free(c);
}

static void late_receiver_learns_when_it_was_due(void)
{
    struct timespec t;
    long long before = now_ns();
    chan(struct timespec) c = chan_after_ms(2);
    long long after = now_ns();
    sleep_ns(30 * MS);
    CHECK_EQ(chan_select(chan_on_recv(c, &t), CHAN_DEFAULT), 0);
    CHECK(ns_of(t) >= before + 2 * MS && ns_of(t) <= after + 2 * MS);
    chan_free(c);
}

static void negative_time_is_zero_and_due_at_once(void)
{
#define AT_ONCE(n)                                                   \
    do {                                                             \
        struct timespec t;                                           \
        long long before = now_ns();                                 \
        chan(struct timespec) c = chan_after_ms(n);                  \
        long long after = now_ns();                                  \
        CHECK_EQ(chan_select(chan_on_recv(c, &t), CHAN_DEFAULT), 0); \
        CHECK(ns_of(t) >= before && ns_of(t) <= after);              \
        chan_free(c);                                                \
    } while (0)
    AT_ONCE(0);
    AT_ONCE(-1);
    AT_ONCE(INT_MIN);
    AT_ONCE(LLONG_MIN);
    AT_ONCE((signed char)-1);
    AT_ONCE((short)-5);
    AT_ONCE(-5L);
    AT_ONCE(0ULL);
    AT_ONCE(false);
}

static void times_may_be_of_any_integer_type(void)
{
#define NOT_BEFORE(T, n)                                                   \
    do {                                                                   \
        const T ms = (T)(n);                                               \
        long long before = now_ns();                                       \
        chan(struct timespec) c = chan_after_ms(ms), d = chan_tick_ms(ms); \
        CHECK(chan_recv(c, NULL) && chan_recv(d, NULL));                   \
        CHECK(now_ns() >= before + (n)*MS);                                \
        CHECK_EQ(chan_select(chan_on_timeout_ms(ms)), 0);                  \
        CHECK(now_ns() >= before + (n)*2 * MS);                            \
        sleep_ms(ms);                                                      \
        CHECK(now_ns() >= before + (n)*3 * MS);                            \
        chan_free(c);                                                      \
        chan_free(d);                                                      \
    } while (0)
    NOT_BEFORE(bool, 1);
    NOT_BEFORE(char, 2);
    NOT_BEFORE(signed char, 2);
    NOT_BEFORE(unsigned char, 2);
    NOT_BEFORE(short, 2);
    NOT_BEFORE(unsigned short, 2);
    NOT_BEFORE(int, 2);
    NOT_BEFORE(unsigned, 2);
    NOT_BEFORE(long, 2);
    NOT_BEFORE(unsigned long, 2);
    NOT_BEFORE(long long, 2);
    NOT_BEFORE(unsigned long long, 2);
}

static void huge_times_mean_never(void)
{
#define NOT_YET(n)                                                          \
    do {                                                                    \
        chan(struct timespec) c = chan_after_ms(n), d = chan_tick_ms(n);    \
        CHECK_EQ(chan_select(chan_on_recv(c, NULL), chan_on_recv(d, NULL),  \
                             chan_on_timeout_ms(n), chan_on_timeout_ms(1)), \
                 3);                                                        \
        CHECK_EQ(chan_select(chan_on_recv(c, NULL), chan_on_recv(d, NULL),  \
                             CHAN_DEFAULT),                                 \
                 2);                                                        \
        chan_free(c);                                                       \
        chan_free(d);                                                       \
    } while (0)
    NOT_YET(INT_MAX);
    NOT_YET(UINT_MAX);
    NOT_YET(LONG_MAX);
    NOT_YET(ULONG_MAX);
    NOT_YET(LLONG_MAX);
    NOT_YET(ULLONG_MAX);
    NOT_YET((unsigned long long)LLONG_MAX + 1);
    NOT_YET(SIZE_MAX);
    for (int shift = 32; shift < 64; shift++) {
        NOT_YET(1ULL << shift);
        NOT_YET((1ULL << shift) - 1);
        NOT_YET((1ULL << shift) / 1000);
    }
    long long now = now_ns(), left = (LLONG_MAX - now) / MS;
    for (long long ms = left - 3; ms <= left + 3; ms++)
        NOT_YET(ms);
    for (long long ms = LLONG_MAX / MS - 3; ms <= LLONG_MAX / MS + 3; ms++)
        NOT_YET(ms);
}

/* ===== chan_tick_ms ====================================================== */

static void ticks_stand_on_a_grid_and_are_never_early(void)
{
    const long long period = 3 * MS;
    struct timespec t;
    long long before = now_ns();
    chan(struct timespec) c = chan_tick_ms(3);
    long long after = now_ns(), first = 0, last = 0;
    for (int i = 0; i < 25; i++) {
        CHECK(chan_recv(c, &t));
        long long now = now_ns(), due = ns_of(t);
        if (i == 0)
            first = due - (due - before) / period * period + period;
        CHECK(first >= before + period && first <= after + period);
        CHECK_EQ((due - first) % period, 0);
        CHECK(due > last);
        CHECK(now >= due);
        last = due;
    }
    chan_free(c);
}

/* As in Go, whose ticker has a buffer for one tick, which is then full. */
static void a_late_receiver_gets_the_first_tick_that_it_missed(void)
{
    const long long period = 10 * MS;
    struct timespec t;
    long long last = now_ns(); /* the last tick that was received, or before */
    chan(struct timespec) c = chan_tick_ms(10);
    long long received = now_ns(); /* when that was, at the latest */
    for (int i = 0; i < 4; i++) {
        sleep_ns(37 * MS);
        long long woke = now_ns();
        CHECK_EQ(chan_select(chan_on_recv(c, &t), CHAN_DEFAULT), 0);
        long long now = now_ns(), first = ns_of(t);
        CHECK(first >= last + period && first <= received + period);
        CHECK(i == 0 || (first - last) % period == 0);
        CHECK_EQ(chan_len(c), 0);
        /* Then comes the next tick on the grid, and none of those in between. */
        CHECK(chan_recv(c, &t));
        received = now_ns();
        last = ns_of(t);
        CHECK_EQ((last - first) % period, 0);
        CHECK(last > woke && last <= now + period && last <= received);
    }
    chan_free(c);
}

/* In 60 ms a ticker of 5 ms delivers 12 ticks, however often a thread asks. */
static void ticks_do_not_multiply(void)
{
    long long before = now_ns();
    chan(struct timespec) c = chan_tick_ms(5);
    int n = 0;
    while (now_ns() < before + 60 * MS)
        n += chan_select(chan_on_recv(c, NULL), CHAN_DEFAULT) == 0;
    CHECK(n <= (now_ns() - before) / (5 * MS));
    CHECK(n >= 1);
    chan_free(c);
}

static void timers_have_neither_length_nor_capacity(void)
{
    chan(struct timespec) after = chan_after_ms(0), tick = chan_tick_ms(1);
    for (int i = 0; i < 3; i++) {
        CHECK(chan_len(after) == 0 && chan_cap(after) == 0);
        CHECK(chan_len(tick) == 0 && chan_cap(tick) == 0);
        sleep_ns(3 * MS);
        CHECK(i > 1 || chan_recv(tick, NULL));
        CHECK(i > 0 || chan_recv(after, NULL));
    }
    chan_free(after);
    chan_free(tick);
}

static void no_thread_stands_behind_a_timer(void)
{
    static chan(struct timespec) c[1000];
    int before = threads_now();
    for (int i = 0; i < 1000; i++)
        c[i] = i % 2 ? chan_after_ms(i) : chan_tick_ms(i + 1);
    sleep_ns(5 * MS);
    CHECK_EQ(threads_now(), before);
    for (int i = 0; i < 1000; i++)
        chan_free(c[i]); /* fired or not, received or not */
}

/* ===== Several threads ==================================================== */

struct waiter {
    chan(struct timespec) c;
    chan(int) got;
    struct timespec t;
    atomic_int *n;
};

static void wait_for_one(void *arg)
{
    struct waiter *w = arg;
    CHECK(chan_recv(w->c, &w->t));
    atomic_fetch_add(w->n, 1);
}

static void select_one(void *arg)
{
    struct waiter *w = arg;
    chan(int) none = NULL;
    CHECK_EQ(chan_select(chan_on_recv(none, NULL), chan_on_recv(w->c, &w->t)),
             1);
    atomic_fetch_add(w->n, 1);
}

static void one_of_several_waiting_threads_gets_the_tick(void)
{
    static struct watched threads[4];
    static struct waiter waiters[4];
    static atomic_int n;
    chan(struct timespec) c = chan_after_ms(check_is_slow() ? 700 : 100);
    for (int i = 0; i < 4; i++) {
        waiters[i] = (struct waiter){.c = c, .n = &n};
        start(&threads[i], i % 2 ? select_one : wait_for_one, &waiters[i]);
    }
    UNTIL(n > 0);
    nap_us(50000);
    CHECK_EQ(n, 1);
    int returned = 0;
    for (int i = 0; i < 4; i++)
        if (waiters[i].t.tv_sec || waiters[i].t.tv_nsec) {
            finish(&threads[i]);
            returned++;
        } else {
            until_asleep(&threads[i]); /* again, or still */
        }
    CHECK_EQ(returned, 1);
}

struct collector {
    chan(struct timespec) c;
    chan(long long) out;
    int n;
};

static void collect(void *arg)
{
    const struct collector *me = arg;
    for (int i = 0; i < me->n; i++) {
        struct timespec t;
        CHECK(chan_recv(me->c, &t));
        CHECK(now_ns() >= ns_of(t));
        chan_send(me->out, ns_of(t));
    }
}

static void several_threads_share_the_ticks_of_one(void)
{
    const long long period = 2 * MS;
    struct waitgroup wg = {0};
    struct collector all = {chan_tick_ms(2), chan_make(long long, 40), 8};
    long long due[32];
    for (int i = 0; i < 4; i++)
        wg_go(&wg, collect, all);
    wg_wait(&wg);
    for (int i = 0; i < 32; i++) {
        CHECK(chan_recv(all.out, &due[i]));
        CHECK_EQ((due[i] - due[0]) % period, 0);
        for (int k = 0; k < i; k++)
            CHECK(due[i] != due[k]); /* each went to one of them */
    }
    chan_free(all.c);
    chan_free(all.out);
}

/* Another thread has received the tick for which a select was woken. The select goes
 * on waiting, and its timeout comes at the right time. */
static void a_lost_tick_does_not_end_the_wait(void)
{
    enum { TURNS = 10 };
    static struct watched threads[TURNS];
    static struct waiter others[TURNS];
    static atomic_int n;
    for (int turn = 0, lost = 0; turn < TURNS; turn++) {
        struct waiter *other = &others[turn];
        struct timespec t;
        *other = (struct waiter){.c = chan_after_ms(10), .n = &n};
        long long before = now_ns();
        start(&threads[turn], wait_for_one, other);
        int i = chan_select(chan_on_timeout_ms(25), chan_on_recv(other->c, &t));
        CHECK(now_ns() >= before + (i == 0 ? 25 : 10) * MS);
        if (i == 1) {
            CHECK(now_ns() >= ns_of(t));
            continue; /* now the other waits forever, which is right */
        }
        finish(&threads[turn]);
        CHECK_EQ(n, ++lost);
        chan_free(other->c);
    }
}

/* ===== Timers in a select ================================================ */

static void the_earliest_of_several_timers_wakes_the_select(void)
{
    chan(struct timespec) a = chan_after_ms(60000), b = chan_after_ms(8);
    chan(struct timespec) c = chan_tick_ms(50000);
    chan(int) none = chan_make(int, 0);
    struct timespec t;
    CHECK_EQ(chan_select(chan_on_recv(a, &t), chan_on_recv(none, NULL),
                         chan_on_recv(b, &t), chan_on_recv(c, &t),
                         chan_on_timeout_ms(40000)),
             2);
    CHECK(now_ns() >= ns_of(t));
    chan_free(a);
    chan_free(b);
    chan_free(c);
    chan_free(none);
}

static void a_value_wins_over_a_timer_not_yet_due(void)
{
    chan(struct timespec) later = chan_after_ms(60000);
    chan(int) c = chan_make(int, 1);
    int v;
    chan_send(c, 5);
    CHECK_EQ(chan_select(chan_on_recv(later, NULL), chan_on_recv(c, &v)), 1);
    CHECK_EQ(chan_select(chan_on_recv(later, NULL), chan_on_send(c, v)), 1);
    chan_free(later);
    chan_free(c);
}

/* ===== Timeouts ========================================================== */

static void timeout_is_taken_at_any_place_and_never_early(void)
{
    chan(int) none = NULL, empty = chan_make(int, 0);
    for (int place = 0; place < 4; place++)
        for (int ms = 0; ms < 8; ms += 1 + place) {
            struct chan_case cases[4];
            for (int i = 0; i < 4; i++)
                cases[i] = i == place ? chan_on_timeout_ms(ms)
                           : i % 2    ? chan_on_recv(none, NULL)
                                      : chan_on_recv(empty, NULL);
            long long before = now_ns();
            CHECK_EQ(chan_select_array(cases, 4), place);
            CHECK(now_ns() >= before + ms * MS);
        }
    chan_free(empty);
}

static void the_shortest_timeout_counts_then_the_first_written(void)
{
    chan(int) empty = chan_make(int, 0);
    long long before = now_ns();
    CHECK_EQ(chan_select(chan_on_timeout_ms(60000), chan_on_timeout_ms(12),
                         chan_on_recv(empty, NULL), chan_on_timeout_ms(12),
                         chan_on_timeout_ms(50000)),
             1);
    CHECK(now_ns() >= before + 12 * MS);
    CHECK(now_ns() < before + 10000 * MS);
    before = now_ns();
    CHECK_EQ(chan_select(chan_on_timeout_ms(12), CHAN_DEFAULT), 1);
    CHECK_EQ(chan_select(chan_on_timeout_ms(60000), CHAN_DEFAULT), 1);
    CHECK(now_ns() < before + 10000 * MS);
    chan_free(empty);
}

static void ready_cases_win_over_a_timeout_of_zero(void)
{
    chan(int) c = chan_make(int, 1);
    for (int i = 0; i < 100; i++) {
        CHECK_EQ(chan_select(chan_on_timeout_ms(0), chan_on_send(c, i)), 1);
        CHECK_EQ(chan_select(chan_on_timeout_ms(0), chan_on_send(c, i)), 0);
        CHECK_EQ(chan_select(chan_on_timeout_ms(-3), chan_on_recv(c, NULL)), 1);
        CHECK_EQ(chan_select(chan_on_timeout_ms(-3), chan_on_recv(c, NULL)), 0);
    }
    chan_free(c);
}

static void send_slowly(void *arg)
{
    chan(int) c = arg;
    for (int i = 1; i <= 10; i++) {
        nap_us(10000);
        chan_send(c, i);
    }
}

/* Each select has the whole timeout again: ten messages, each within its time,
 * take longer than one timeout. */
static void each_select_has_its_own_timeout(void)
{
    struct waitgroup wg = {0};
    chan(int) c = chan_make(int, 0);
    int timeout = check_is_slow() || SANITIZED ? 2000 : 90, v;
    long long before = now_ns();
    wg_go(&wg, send_slowly, c);
    for (int i = 1; i <= 10; i++) {
        int chosen =
            chan_select(chan_on_recv(c, &v), chan_on_timeout_ms(timeout));
        if (chosen == 0)
            CHECK_EQ(v, i);
        else /* a very busy machine */
            i--;
    }
    CHECK(now_ns() >= before + 100 * MS);
    wg_wait(&wg);
    chan_free(c);
}

/* ===== sleep_ms, now_ms ================================================== */

static void sleep_lasts_the_whole_time(void)
{
    for (int ms = 0; ms < 20; ms += 3) {
        long long before = now_ns(), coarse = now_ms();
        sleep_ms(ms);
        CHECK(now_ns() >= before + ms * MS);
        CHECK(now_ms() >= coarse + ms);
    }
    long long before = now_ns();
    sleep_ms(-1);
    sleep_ms(LLONG_MIN);
    sleep_ms(-100000L);
    sleep_ms((short)-1);
    sleep_ms(0);
    CHECK(now_ns() < before + 5000 * MS);
}

static void now_reads_the_monotonic_clock(void)
{
    for (int i = 0; i < 1000; i++) {
        long long before = now_ns(), now = now_ms(), after = now_ns();
        CHECK(now >= before / MS && now <= after / MS);
    }
    long long ms = now_ms(); /* of a type that does not wrap round */
    CHECK(sizeof now_ms() == 8 && ms > 0);
}

static void times_are_evaluated_once(void)
{
    struct waitgroup wg = { 0 };
    int n = 1;
    chan_free(chan_after_ms(n++));
    CHECK_EQ(n, 2);
    chan_free(chan_tick_ms(n++));
    CHECK_EQ(n, 3);
    CHECK_EQ(chan_select(chan_on_timeout_ms(n++)), 0);
    CHECK_EQ(n, 4);
    sleep_ms(n++);
    CHECK_EQ(n, 5);
    wg_add(&wg, n++);
    CHECK_EQ(n, 6);
    wg_add(&wg, -5);
    wg_wait(&wg);
    go_stack_bytes(n++ * 100000);
    CHECK_EQ(n, 7);
}

CHECKS(RUN(after_delivers_when_due_and_never_early),
       RUN(after_is_not_ready_before_it_is_due),
       RUN(after_is_never_ready_again),
       RUN(late_receiver_learns_when_it_was_due),
       RUN(negative_time_is_zero_and_due_at_once),
       RUN(times_may_be_of_any_integer_type), RUN(huge_times_mean_never),
       RUN(times_are_evaluated_once),
       RUN(ticks_stand_on_a_grid_and_are_never_early),
       RUN(a_late_receiver_gets_the_first_tick_that_it_missed),
       RUN(ticks_do_not_multiply), RUN(timers_have_neither_length_nor_capacity),
       RUN(no_thread_stands_behind_a_timer),
       RUN(one_of_several_waiting_threads_gets_the_tick),
       RUN(several_threads_share_the_ticks_of_one),
       RUN(a_lost_tick_does_not_end_the_wait),
       RUN(the_earliest_of_several_timers_wakes_the_select),
       RUN(a_value_wins_over_a_timer_not_yet_due),
       RUN(timeout_is_taken_at_any_place_and_never_early),
       RUN(the_shortest_timeout_counts_then_the_first_written),
       RUN(ready_cases_win_over_a_timeout_of_zero),
       RUN(each_select_has_its_own_timeout), RUN(sleep_lasts_the_whole_time),
       RUN(now_reads_the_monotonic_clock))
