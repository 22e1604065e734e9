/* signals.c -- many signals that interrupt system calls. Every blocking call goes on
 * waiting, for its whole time, and returns the right result.
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include "check.h"

static const long long MS = 1000000;
static atomic_int caught;

static void on_signal(int number)
{
    (void)number;
    atomic_fetch_add(&caught, 1);
}

struct storm {
    pthread_t target, thread;
    atomic_bool over;
};

static void *blow(void *arg)
{
    struct storm *s = arg;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    while (!s->over) {
        pthread_kill(s->target, SIGUSR1);
        nap_us(30);
    }
    return NULL;
}

/* Runs f in this thread, under fire until it returns. */
static void in_a_storm(void (*f)(void *), void *arg)
{
    struct storm s = {.target = pthread_self()};
    int before = caught;
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal}, NULL);
    CHECK_EQ(pthread_create(&s.thread, NULL, blow, &s), 0);
    f(arg);
    UNTIL(caught > before + 3); /* signals have come */
    s.over = true;
    pthread_join(s.thread, NULL);
}

struct scene {
    chan(int) c, d;
    int n;
    struct waitgroup wg, *outer;
};

/* The other side comes late, so that the call really waits. Its own thread gets no
 * signals. */
static void late_receiver(void *arg)
{
    struct scene *s = arg;
    for (int i = 0, v; i < s->n; i++) {
        nap_us(15000);
        CHECK(chan_recv(s->c, &v));
        CHECK_EQ(v, i);
    }
}

static void late_sender(void *arg)
{
    struct scene *s = arg;
    for (int i = 0; i < s->n; i++) {
        nap_us(15000);
        chan_send(s->c, i);
    }
    nap_us(15000);
    chan_close(s->c);
}

static void send_all(void *arg)
{
    struct scene *s = arg;
    for (int i = 0; i < s->n; i++)
        chan_send(s->c, i);
}

static void receive_all(void *arg)
{
    struct scene *s = arg;
    int v, n = 0;
    while (chan_recv(s->c, &v))
        CHECK_EQ(v, n++);
    CHECK_EQ(n, s->n);
    CHECK_EQ(v, 0);
}

static void select_all(void *arg)
{
    struct scene *s = arg;
    int v, n = 0;
    for (bool ok = true; ok; n += ok) {
        CHECK_EQ(chan_select(chan_on_recv(s->d, NULL), chan_on_send(s->d, 1),
                             chan_on_recv(s->c, &v, &ok),
                             chan_on_timeout_ms(60000)),
                 2);
        CHECK_EQ(v, ok ? n : 0);
    }
    CHECK_EQ(n, s->n);
}

static void select_sends(void *arg)
{
    struct scene *s = arg;
    for (int i = 0; i < s->n; i++)
        CHECK_EQ(chan_select(chan_on_recv(s->d, NULL), chan_on_send(s->c, i)),
                 1);
}

static void play(void (*here)(void *), void (*there)(void *), int capacity)
{
    struct waitgroup wg = {0};
    struct scene s = {.c = chan_make(int, capacity),
                      .d = chan_make(int, 0),
                      .n = 4 + capacity};
    wg_go(&wg, there, &s);
    in_a_storm(here, &s);
    wg_wait(&wg);
    chan_free(s.c);
    chan_free(s.d);
}

static void sends_survive(void)
{
    play(send_all, late_receiver, 0);
    play(send_all, late_receiver, 2);
}

static void receives_survive(void)
{
    play(receive_all, late_sender, 0);
    play(receive_all, late_sender, 2);
}

static void selects_survive(void)
{
    play(select_all, late_sender, 0);
    play(select_all, late_sender, 1);
    play(select_sends, late_receiver, 0);
}

static void time_out(void *arg)
{
    struct scene *s = arg;
    for (int i = 0; i < 5; i++) {
        long long before = now_ns();
        CHECK_EQ(chan_select(chan_on_recv(s->c, NULL), chan_on_timeout_ms(12)),
                 1);
        CHECK(now_ns() >= before + 12 * MS);
    }
}

static void timeouts_last_their_time(void)
{
    struct scene s = {.c = chan_make(int, 0)};
    in_a_storm(time_out, &s);
    chan_free(s.c);
}

static void tick(void *arg)
{
    struct timespec t;
    chan(struct timespec) after = chan_after_ms(20), every = chan_tick_ms(6);
    (void)arg;
    CHECK(chan_recv(after, &t));
    CHECK(now_ns() >= ns_of(t));
    for (int i = 0; i < 6; i++) {
        CHECK(chan_recv(every, &t));
        CHECK(now_ns() >= ns_of(t));
    }
    chan_free(after);
    chan_free(every);
}

static void timers_are_not_early(void)
{
    in_a_storm(tick, NULL);
}

static void sleep_long(void *arg)
{
    long long before = now_ns();
    (void)arg;
    for (int i = 1; i <= 3; i++) {
        sleep_ms(20);
        CHECK(now_ns() >= before + i * 20 * MS);
    }
}

static void sleeps_last_their_time(void)
{
    in_a_storm(sleep_long, NULL);
}

static void done_late(void *wg)
{
    nap_us(30000);
    wg_done(wg);
}

static void wait_for_group(void *arg)
{
    for (int i = 0; i < 3; i++) {
        struct scene *s = arg;
        wg_add(&s->wg, 1);
        wg_go(s->outer, done_late, &s->wg);
        wg_wait(&s->wg);
    }
}

static void wait_groups_survive(void)
{
    struct waitgroup outer = {0};
    struct scene s = {.outer = &outer};
    in_a_storm(wait_for_group, &s);
    wg_wait(&outer);
}

static atomic_bool came_back;
static void wait_on_null(void *arg)
{
    chan(int) none = arg;
    chan_recv(none, NULL);
    came_back = true;
}

static void waiting_for_ever_stays_for_ever(void)
{
    static struct watched w;
    static struct storm s;
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal}, NULL);
    start_waiting(&w, wait_on_null, NULL);
    s.target = w.thread;
    CHECK_EQ(pthread_create(&s.thread, NULL, blow, &s), 0);
    UNTIL(caught > 200);
    s.over = true;
    pthread_join(s.thread, NULL);
    CHECK(!came_back);
    until_asleep(&w);
}

/* Handlers run in goroutines too, while values fly to and fro. */
static void echo(void *arg)
{
    struct scene *s = arg;
    for (int v; chan_recv(s->c, &v);)
        chan_send(s->d, v);
    chan_close(s->d);
}

static void ping_pong(void *arg)
{
    struct scene *s = arg;
    for (int i = 0, v; i < s->n; i++) {
        chan_send(s->c, i);
        CHECK(chan_recv(s->d, &v));
        CHECK_EQ(v, i);
    }
    chan_close(s->c);
}

static void hand_overs_survive(void)
{
    struct waitgroup wg = {0};
    struct scene s = {
        .c = chan_make(int, 0), .d = chan_make(int, 0), .n = rounds(20000)};
    wg_go(&wg, echo, &s);
    in_a_storm(ping_pong, &s);
    wg_wait(&wg);
    chan_free(s.c);
    chan_free(s.d);
}

CHECKS(RUN(sends_survive), RUN(receives_survive), RUN(selects_survive),
       RUN(timeouts_last_their_time), RUN(timers_are_not_early),
       RUN(sleeps_last_their_time), RUN(wait_groups_survive),
       RUN(waiting_for_ever_stays_for_ever), RUN(hand_overs_survive))
