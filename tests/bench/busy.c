/* busy -- what waiting costs beside processes that never stop computing.
 *
 * Starts COUNT processes that only compute. Then measures channels and, in turn, the
 * kernel's own means for the same purpose:
 *
 *     round-trip   a value to another thread and one back: two unbuffered
 *                  channels beside two pipes; nanoseconds for one round trip
 *     every-ms     a value that is sent once a millisecond, and how long it is
 *                  on its way; nanoseconds, the median of all values
 *     timeouts     20 timeouts of 2 ms, of a select beside a bare futex; the
 *                  nanoseconds for all of them
 *     latest       by how much the latest of these timeouts was late
 *
 *     busy [COUNT [ROUNDS]]   by default beside 2 processes, 5 rounds
 *
 * It prints `NAME <tab> channel <tab> kernel <tab> ratio` for each, as medians of the
 * rounds. The ratio is the median of the rounds' ratios.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { MOST = 64, TIMEOUTS = 20, VALUES = 100 };
static const long long TRIP_NS = 200000000; /* how long round trips are made */

/* --- A pair of ends, either channels or pipes ------------------------------ */
struct link {
    chan(long long) c;
    int fd[2]; /* of a pipe, where c is NULL */
};

static struct link link_make(bool is_channel)
{
    struct link l = {NULL, {-1, -1}};
    if (is_channel)
        l.c = chan_make(long long, 0);
    else if (pipe(l.fd) != 0)
        abort();
    return l;
}

static void link_free(struct link *l)
{
    chan_free(l->c);
    if (!l->c) {
        close(l->fd[0]);
        close(l->fd[1]);
    }
}

static void put(const struct link *l, long long value)
{
    if (l->c)
        chan_send(l->c, value);
    else if (write(l->fd[1], &value, sizeof value) != sizeof value)
        abort();
}

static long long take(const struct link *l)
{
    long long value = 0;
    if (l->c)
        chan_recv(l->c, &value);
    else if (read(l->fd[0], &value, sizeof value) != sizeof value)
        abort();
    return value;
}

/* --- Round trips ----------------------------------------------------------- */
struct pair {
    struct link there, back;
};

/* Sends back what arrives, and ends after a negative value. */
static void echo(void *arg)
{
    const struct pair *p = arg;
    long long value = 0;
    while (value >= 0) {
        value = take(&p->there);
        put(&p->back, value);
    }
}

static double round_trip(bool is_channel)
{
    struct pair p = {link_make(is_channel), link_make(is_channel)};
    struct waitgroup wg = {0};
    wg_go(&wg, echo, &p);
    long long began = chan_now_();
    long long now = began;
    long trips = 0;
    while (now < began + TRIP_NS) {
        put(&p.there, 1);
        take(&p.back);
        trips++;
        now = chan_now_();
    }
    put(&p.there, -1);
    take(&p.back);
    wg_wait(&wg);
    link_free(&p.there);
    link_free(&p.back);
    return (double)(now - began) / (double)trips;
}

/* --- A value every millisecond --------------------------------------------- */
static int by_size(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

static double median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, by_size);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

struct delays {
    struct link link;
    double ns[VALUES];
};

/* The values are the times at which they were sent. */
static void arrive(void *arg)
{
    struct delays *d = arg;
    for (int i = 0; i < VALUES; i++) {
        long long sent = take(&d->link);
        d->ns[i] = (double)(chan_now_() - sent);
    }
}

static double every_ms(bool is_channel)
{
    struct delays d = {.link = link_make(is_channel)};
    struct waitgroup wg = {0};
    wg_go(&wg, arrive, &d);
    for (int i = 0; i < VALUES; i++) {
        sleep_ms(1);
        put(&d.link, chan_now_());
    }
    wg_wait(&wg);
    link_free(&d.link);
    return median(d.ns, VALUES);
}

/* --- Timeouts --------------------------------------------------------------- */
static double latest;

static void wait_until(long long due, bool is_channel, chan(int) never)
{
    if (is_channel) {
        chan_select(chan_on_recv(never, NULL), chan_on_timeout_ms(2));
        return;
    }
    static int nothing;
    struct timespec t = chan_timespec_(due);
    syscall(SYS_futex, &nothing, 137 /* WAIT_BITSET, private */, 0, &t, NULL,
            -1);
}

static double timeouts(bool is_channel)
{
    chan(int) never = chan_make(int, 0);
    latest = 0;
    long long began = chan_now_();
    for (int i = 0; i < TIMEOUTS; i++) {
        long long due = chan_now_() + 2000000;
        wait_until(due, is_channel, never);
        double late = (double)(chan_now_() - due);
        if (late > latest)
            latest = late;
    }
    double took = (double)(chan_now_() - began);
    chan_free(never);
    return took;
}

/* Returns what was measured together with the timeouts, directly before. */
static double latest_timeout(bool is_channel)
{
    timeouts(is_channel);
    return latest;
}

/* --- The busy processes ------------------------------------------------------ */
static pid_t busy[MOST];

static void compute_forever(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    for (volatile unsigned long n = 0;; n++)
        continue;
}

static void start_busy(int count)
{
    pid_t parent = getpid();
    for (int i = 0; i < count; i++) {
        busy[i] = fork();
        if (busy[i] == 0)
            compute_forever(parent);
        if (busy[i] < 0) {
            perror("busy: fork");
            exit(1);
        }
    }
}

static void end_busy(int count)
{
    for (int i = 0; i < count; i++) {
        kill(busy[i], SIGKILL);
        waitpid(busy[i], NULL, 0);
    }
}

/* --- The table --------------------------------------------------------------- */
static const struct row {
    const char *name;
    double (*measure)(bool is_channel);
} rows[] = {{"round-trip", round_trip},
            {"every-ms", every_ms},
            {"timeouts", timeouts},
            {"latest", latest_timeout}};

static void measure(const struct row *row, int rounds)
{
    double channel[MOST];
    double kernel[MOST];
    double ratio[MOST];
    for (int i = 0; i < rounds; i++) {
        kernel[i] = row->measure(false);
        channel[i] = row->measure(true);
        ratio[i] = channel[i] / kernel[i];
    }
    double ours = median(channel, rounds);
    double theirs = median(kernel, rounds);
    printf("%s\t%.0f\t%.0f\t%.3f\n", row->name, ours, theirs,
           median(ratio, rounds));
    fflush(stdout);
}

static int number(const char *text, int least)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || n < least || n > MOST) {
        fprintf(stderr, "usage: busy [COUNT [ROUNDS]], each at most %d\n",
                MOST);
        exit(2);
    }
    return (int)n;
}

int main(int argc, char *argv[])
{
    int count = argc > 1 ? number(argv[1], 0) : 2;
    int rounds = argc > 2 ? number(argv[2], 1) : 5;
    start_busy(count);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        measure(&rows[i], rounds);
    end_busy(count);
}
