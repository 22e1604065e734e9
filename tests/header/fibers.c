/* fibers.c -- what is particular to goroutines that are fibers.
 *
 * Nothing here measures time. A check waits for progress that never comes if the engine
 * is wrong, and then its time limit ends it.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "check.h"

static struct waitgroup wg;
static atomic_bool enough;

static int cores(void)
{
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

/* ===== errno ============================================================= */

static chan(int) values;
static atomic_int n_moved;

static void feed(void *unused)
{
    (void)unused;
    for (int i = 0; !enough; i++) {
        chan_send(values, i);
        for (volatile int k = 0; i % 8 == 0 && k < 3000; k++)
            ;
    }
}

/* The compiler knows where errno is before the receive. Afterwards the goroutine may
 * be in another kernel thread, and the call that fails sets the errno of that one. */
static void look(void *unused)
{
    (void)unused;
    while (!enough) {
        errno = 0;
        long before = syscall(SYS_gettid);
        chan_recv(values, NULL);
        long after = syscall(SYS_gettid);
        syscall(SYS_close, -1);
        CHECK_EQ(errno, EBADF);
        if (before != after && atomic_fetch_add(&n_moved, 1) == 20)
            enough = true;
    }
    chan_recv(values, NULL); /* for a feeder that still waits */
}

static void end_of_values(void *unused)
{
    (void)unused;
    while (chan_recv(values, NULL))
        ;
}

static void errno_is_right_after_a_move(void)
{
    if (cores() == 1)
        return; /* a goroutine moves between workers only */
    struct waitgroup feeders = { 0 };
    values = chan_make(int, 0);
    for (int i = 0; i < 3; i++) {
        wg_go(&wg, look);
        wg_go(&feeders, feed);
    }
    while (!enough)
        chan_send(values, 0);
    go(end_of_values);
    wg_go(&wg, end_of_values);
    wg_wait(&feeders);
    chan_close(values);
    wg_wait(&wg);
    CHECK(n_moved > 20);
}

/* ===== Blocking calls and computing ====================================== */

struct blocked {
    int fd;
};

static void blocked(void *arg)
{
    const struct blocked *b = arg;
    char c;
    CHECK_EQ(read(b->fd, &c, 1), 1);
}

static void fill(void *arg)
{
    const struct blocked *b = arg;
    CHECK_EQ(write(b->fd, "x", 1), 1);
}

/* More goroutines block in read() than there are cores. Those that write start last. */
static void a_blocking_read_stops_no_other(void)
{
    enum { N = 12 };
    int ends[N][2];
    for (int i = 0; i < N; i++) {
        CHECK_EQ(pipe(ends[i]), 0);
        wg_go(&wg, blocked, (struct blocked){ ends[i][0] });
    }
    for (int i = 0; i < N; i++)
        wg_go(&wg, fill, (struct blocked){ ends[i][1] });
    wg_wait(&wg);
}

static void compute(void *unused)
{
    (void)unused;
    while (!enough)
        ;
}

static void stop_later(void *unused)
{
    (void)unused;
    sleep_ms(5);
    enough = true;
}

/* The goroutine that ends the computing waits for a timer. No core is idle then. */
static void timers_fire_while_all_cores_compute(void)
{
    wg_go(&wg, stop_later);
    for (int i = 0; i < cores(); i++)
        wg_go(&wg, compute);
    wg_wait(&wg);
}

static void the_workers_of_blocking_calls_end(void)
{
    enum { N = 24 };
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    for (int i = 0; i < N; i++)
        wg_go(&wg, blocked, (struct blocked){ ends[0] });
    UNTIL(threads_now() >= N);
    for (int i = 0; i < N; i++)
        fill(&(struct blocked){ ends[1] });
    wg_wait(&wg);
    while (threads_now() > cores() + 3) /* the workers, main's, and the monitor */
        sleep_ms(5);
}

/* ===== Turns ============================================================= */

struct talk {
    chan(int) in, out;
};

static void talk(void *arg)
{
    const struct talk *t = arg;
    int v;
    while (chan_recv(t->in, &v))
        chan_send(t->out, v);
    chan_close(t->out);
}

static void third(void *unused)
{
    (void)unused;
    enough = true;
}

/* On one core the pair makes each other ready all the time. The third is behind them in
 * the queue. */
static void a_pair_that_talks_starves_no_third(void)
{
    on_one_core();
    chan(int) a = chan_make(int, 0), b = chan_make(int, 0);
    wg_go(&wg, third);
    wg_go(&wg, talk, (struct talk){ a, b });
    int v = 1;
    while (!enough) {
        chan_send(a, v);
        chan_recv(b, &v);
    }
    chan_close(a);
    wg_wait(&wg);
    chan_free(a);
    chan_free(b);
}

static void talk_forever(void *arg)
{
    const struct talk *t = arg;
    int v;
    while (chan_recv(t->in, &v))
        chan_send(t->out, v);
}

static void start_talks(int n)
{
    for (int i = 0; i < n; i++) {
        chan(int) there = chan_make(int, 1), back = chan_make(int, 0);
        chan_send(there, 0);
        go(talk_forever, (struct talk){ there, back });
        go(talk_forever, (struct talk){ back, there });
    }
}

/* main starts a goroutine and blocks until that one has run. main's own worker cannot
 * run it. The other worker is never idle, so it takes nothing from main's. */
static void a_blocked_worker_hands_over_its_queue(void)
{
    int ends[2];
    on_one_core();
    CHECK_EQ(pipe(ends), 0);
    start_talks(2);
    for (int i = 0; i < 20; i++) {
        sleep_ms(2);
        go(fill, (struct blocked){ ends[1] });
        blocked(&(struct blocked){ ends[0] });
    }
}

/* ===== Many ============================================================== */

static void pass_on(void *arg)
{
    const struct talk *t = arg;
    int v;
    chan_recv(t->in, &v);
    chan_send(t->out, v + 1);
}

static void twenty_thousand_wait_in_a_chain(void)
{
    int n = rounds(THREAD_SANITIZER ? 10000 : 20000);
    chan(int) *c = calloc((size_t)n + 1, sizeof *c);
    CHECK(c);
    for (int i = 0; i <= n; i++)
        c[i] = chan_make(int, 0);
    for (int i = 0; i < n; i++)
        wg_go(&wg, pass_on, (struct talk){ c[i], c[i + 1] });
    chan_send(c[0], 0);
    int v;
    chan_recv(c[n], &v);
    CHECK_EQ(v, n);
    wg_wait(&wg);
    for (int i = 0; i <= n; i++)
        chan_free(c[i]);
    free(c);
}

static atomic_int n_counted;

static void count(void *unused)
{
    (void)unused;
    n_counted++;
}

/* The most memory that this process has had, in KiB. */
static long most_memory(void)
{
    char line[200];
    long kib = -1;
    FILE *file = fopen("/proc/self/status", "r");
    CHECK(file);
    while (fgets(line, sizeof line, file))
        sscanf(line, "VmHWM: %ld", &kib);
    fclose(file);
    return kib;
}

static void a_million_short_ones_need_little_memory(void)
{
    int n = rounds(1000000);
    for (int i = 0; i < n; i++)
        wg_go(&wg, count);
    wg_wait(&wg);
    CHECK_EQ(n_counted, n);
    if (!SANITIZED && !check_is_slow())
        CHECK(most_memory() < 64 << 10);
}

/* ===== Stacks ============================================================ */

static volatile int depth;

__attribute__((noinline)) static int dive(int n)
{
    volatile char frame[512];
    frame[0] = (char)n;
    depth = n;
    return n < 0 ? 0 : dive(n + 1) + frame[0];
}

static void dives(void *unused)
{
    (void)unused;
    dive(0);
}

static void overflows(void)
{
    HERE(wg_go(&wg, dives));
    wg_wait(&wg);
}

static void an_overflow_is_a_panic_that_names_the_start(void)
{
    char place[100];
    if (SANITIZED || check_is_slow())
        return; /* the tool reports it itself */
    struct outcome got = run_apart(overflows);
    snprintf(place, sizeof place, "(goroutine started at %s:%d)\n", __FILE__,
             *check_line);
    CHECK(WIFSIGNALED(got.status) && WTERMSIG(got.status) == SIGABRT);
    CHECK(strncmp(got.err, "panic: stack overflow, ", 23) == 0);
    CHECK(strstr(got.err, place));
}

/* ===== Threads and masks ================================================= */

static void *thread_sends(void *channel)
{
    chan(int) c = channel;
    for (int i = 1; i <= 1000; i++)
        chan_send(c, i);
    return NULL;
}

static void fiber_sends(void *channel)
{
    thread_sends(channel);
}

static chan(int) sums;

static void adds(void *channel)
{
    chan(int) c = channel;
    int sum = 0, v;
    while (chan_recv(c, &v))
        sum += v;
    chan_send(sums, sum);
}

static void *thread_adds(void *channel)
{
    adds(channel);
    return NULL;
}

static void threads_and_fibers_share_a_channel(void)
{
    chan(int) c = chan_make(int, 0);
    pthread_t sender, receiver;
    sums = chan_make(int, 0);
    go(adds, c);
    wg_go(&wg, fiber_sends, c);
    CHECK_EQ(pthread_create(&receiver, NULL, thread_adds, c), 0);
    CHECK_EQ(pthread_create(&sender, NULL, thread_sends, c), 0);
    wg_wait(&wg);
    CHECK_EQ(pthread_join(sender, NULL), 0);
    chan_close(c);
    int one, other;
    chan_recv(sums, &one);
    chan_recv(sums, &other);
    CHECK_EQ(one + other, 2 * 500500);
    CHECK_EQ(pthread_join(receiver, NULL), 0);
}

static void *thread_starts_one(void *unused)
{
    go(count);
    return unused;
}

static void a_thread_starts_one(void)
{
    pthread_t thread;
    CHECK_EQ(pthread_create(&thread, NULL, thread_starts_one, NULL), 0);
    CHECK_EQ(pthread_join(thread, NULL), 0);
}

/* All workers and the monitor sleep when main calls go() for the first time, and then
 * main blocks. Nothing tells when the monitor sleeps. If this nap is too short, the check
 * passes. */
static void main_becomes_a_worker_late(void)
{
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    a_thread_starts_one();
    nap_us(400000);
    go(fill, (struct blocked){ ends[1] });
    blocked(&(struct blocked){ ends[0] });
}

/* ===== Child processes =================================================== */

static void crashes_in_a_child(void)
{
    wg_go(&wg, count);
    wg_wait(&wg);
    raise(SIGSEGV);
}

/* This process has handled SIGSEGV since its first go(), and so has its child. */
static void a_child_that_crashes_ends(void)
{
    if (SANITIZED)
        return; /* the tool handles SIGSEGV */
    wg_go(&wg, count);
    wg_wait(&wg);
    struct outcome got = run_apart(crashes_in_a_child);
    CHECK(WIFSIGNALED(got.status) && WTERMSIG(got.status) == SIGSEGV);
}

static void mask_is_as_main_set_it(void *unused)
{
    (void)unused;
    sigset_t mask;
    CHECK_EQ(pthread_sigmask(SIG_BLOCK, NULL, &mask), 0);
    CHECK(sigismember(&mask, SIGUSR1) == 1);
    CHECK(sigismember(&mask, SIGUSR2) == 0);
}

static void signals_blocked_before_the_first_go_stay_blocked(void)
{
    sigset_t usr1;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    CHECK_EQ(pthread_sigmask(SIG_BLOCK, &usr1, NULL), 0);
    for (int i = 0; i < 200; i++)
        wg_go(&wg, mask_is_as_main_set_it);
    wg_wait(&wg);
}

CHECKS(RUN(errno_is_right_after_a_move), RUN(a_blocking_read_stops_no_other),
       RUN(timers_fire_while_all_cores_compute),
       RUN(the_workers_of_blocking_calls_end),
       RUN(a_pair_that_talks_starves_no_third),
       RUN(a_blocked_worker_hands_over_its_queue),
       RUN(twenty_thousand_wait_in_a_chain),
       RUN(a_million_short_ones_need_little_memory),
       RUN(an_overflow_is_a_panic_that_names_the_start),
       RUN(threads_and_fibers_share_a_channel), RUN(main_becomes_a_worker_late),
       RUN(a_child_that_crashes_ends),
       RUN(signals_blocked_before_the_first_go_stay_blocked))
