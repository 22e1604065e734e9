/* bench -- the cost of the operations of chan.h, in the workloads of Go's benchmarks.
 *
 * Each row runs n operations and is timed as a whole. bench.go has the same rows under
 * the same names. tests/bench/run compiles this file twice, without and with
 * -DCHAN_FIBERS, runs both programs and Go's in turn, and compares them. All work is
 * done by goroutines, because a thread that main made itself would always be a thread.
 *
 *     bench [ROW...]     prints `ROW <tab> nanoseconds per operation` each
 *     bench -l [ROW...]  only their names: of all, or of these if they exist
 *     bench -b N         N blocked goroutines in a row: to start them, the memory of
 *                        each, and a value that passes through all
 *     bench -s N         N goroutines that return at once, and the memory they need
 *     bench -m           the bytes that a channel, a value and a goroutine take
 *     bench -a           the ms of processor time that a second asleep takes
 *
 * A row may have numbers, as in prod-cons:64:100. BENCH_SECONDS is how long a
 * row runs at least (0.1).
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include <stdio.h>
#include <sys/resource.h>

enum { CORES = 2, HUNDRED = 100, LINKS = 1000, WIDEST = 256 };

/* What the goroutines of a row share. Each of them does n of its operations. */
struct share {
    long n;
    int work;
    chan(int) a, b, c, done;
    chan(struct timespec) never;
};

static _Thread_local volatile int sink;
static int number[2]; /* of the row: the numbers after its name */

/* Some 40 ns of work that has nothing to do with channels. */
static void work(int amount)
{
    int x = 0;
    for (int i = 0; i < amount; i++)
        x = x * 2 + i;
    sink = x;
}

/* Runs `copies` goroutines of f and waits for them. */
static void together(void (*f)(void *), struct share *s, int copies)
{
    struct waitgroup wg = {0};
    for (int i = 0; i < copies; i++)
        wg_go(&wg, f, s);
    wg_wait(&wg);
}

/* --- One channel, buffered ------------------------------------------------ */
static void hundreds(void *arg)
{
    struct share *s = arg;
    chan(int) c = s->a ? s->a : chan_make(int, HUNDRED);
    for (long n = 0; n < s->n; n++) {
        for (int i = 0; i < HUNDRED; i++)
            chan_send(c, i);
        for (int i = 0; i < HUNDRED; i++)
            chan_recv(c, NULL);
    }
    if (!s->a)
        chan_free(c);
}

static void uncontended(long n)
{
    together(hundreds, &(struct share){.n = n / CORES}, CORES);
}

static void contended(long n)
{
    struct share s = {.n = n / CORES, .a = chan_make(int, CORES *HUNDRED)};
    together(hundreds, &s, CORES);
    chan_free(s.a);
}

static void acquire_release(void *arg)
{
    struct share *s = arg;
    for (long n = 0; n < s->n; n++) {
        chan_send(s->a, 0);
        chan_recv(s->a, NULL);
    }
}

static void semaphore(long n)
{
    struct share s = {.n = n / CORES, .a = chan_make(int, CORES)};
    together(acquire_release, &s, CORES);
    chan_free(s.a);
}

static void make_use_free(void *arg)
{
    struct share *s = arg;
    for (long n = 0; n < s->n; n++) {
        chan(int) c = chan_make(int, 1);
        chan_send(c, 0);
        chan_recv(c, NULL);
        chan_free(c);
    }
}

static void creation(long n)
{
    together(make_use_free, &(struct share){.n = n / CORES}, CORES);
}

static void make_and_free(long n)
{
    for (long i = 0; i < n; i++)
        chan_free(chan_make(int, 8));
}

static void drain_closed(long n)
{
    for (long done = 0; done < n; done += 1000) {
        chan(int) full = chan_make(int, 1000);
        for (int i = 0; i < 1000; i++)
            chan_send(full, i);
        chan_close(full);
        while (chan_recv(full, NULL))
            continue;
        chan_free(full);
    }
}

/* --- Two goroutines, no buffer -------------------------------------------- */
static void ping(void *arg)
{
    struct share *s = arg;
    for (long n = 0; n < s->n; n += 2) {
        chan_send(s->a, 0);
        chan_recv(s->a, NULL);
    }
}

static void pong(void *arg)
{
    struct share *s = arg;
    for (long n = 0; n < s->n; n += 2) {
        chan_recv(s->a, NULL);
        chan_send(s->a, 0);
    }
}

/* An operation is one rendezvous. */
static void ping_pong(long n)
{
    struct share s = {.n = n, .a = chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, ping, &s);
    wg_go(&wg, pong, &s);
    wg_wait(&wg);
    chan_free(s.a);
}

/* --- Producers and consumers ---------------------------------------------- */
static void produce(void *arg)
{
    struct share *s = arg;
    for (long n = 0; n < s->n; n++) {
        work(s->work);
        chan_send(s->a, (int)n);
    }
}

static void consume(void *arg)
{
    struct share *s = arg;
    for (long n = 0; n < s->n; n++) {
        chan_recv(s->a, NULL);
        work(s->work);
    }
}

static void producers(int pairs, int capacity, int amount, long n)
{
    struct share s = {
        .n = n / pairs, .work = amount, .a = chan_make(int, capacity)};
    struct waitgroup wg = {0};
    for (int i = 0; i < pairs; i++) {
        wg_go(&wg, produce, &s);
        wg_go(&wg, consume, &s);
    }
    wg_wait(&wg);
    chan_free(s.a);
}

/* prod-cons:PAIRS:CAPACITY, and with work beside each operation. */
static void prod_cons(long n)
{
    producers(number[0], number[1], 0, n);
}

static void prod_cons_work(long n)
{
    producers(number[0], number[1], 100, n);
}

/* --- Values of other sizes ------------------------------------------------ */
/* size:BYTES, a hand-over from one thread to another; buffered:BYTES, into a
 * buffer of ten and out again, all in one; copy:BYTES, what memcpy() takes for
 * the two copies of the latter. */
struct sized {
    void *c;
    long n;
};

#define SIZE(N)                                       \
    struct bytes_##N {                                \
        char b[N];                                    \
    };                                                \
    static void send_##N(void *arg)                   \
    {                                                 \
        const struct sized *s = arg;                  \
        chan(struct bytes_##N) c = s->c;              \
        static struct bytes_##N v;                    \
        for (long i = 0; i < s->n; i++)               \
            chan_select(chan_on_send_from(c, &v));    \
    }                                                 \
    static void receive_##N(void *arg)                \
    {                                                 \
        const struct sized *s = arg;                  \
        chan(struct bytes_##N) c = s->c;              \
        static struct bytes_##N v;                    \
        for (long i = 0; i < s->n; i++)               \
            chan_recv(c, &v);                         \
    }                                                 \
    static void *make_##N(int capacity)               \
    {                                                 \
        return chan_make(struct bytes_##N, capacity); \
    }
SIZE(1)
SIZE(4)
SIZE(16)
SIZE(64)
SIZE(256)
SIZE(1024)
SIZE(4096)
SIZE(16384)
SIZE(65536)
#undef SIZE

#define SIZE(N)                            \
    {                                      \
        N, make_##N, send_##N, receive_##N \
    }
static const struct size {
    int bytes;
    void *(*make)(int capacity);
    void (*send)(void *), (*receive)(void *);
} sizes[] = {SIZE(1),    SIZE(4),    SIZE(16),    SIZE(64),   SIZE(256),
             SIZE(1024), SIZE(4096), SIZE(16384), SIZE(65536)};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

static const struct size *wanted_size(void)
{
    for (int i = 0; i < SIZES; i++)
        if (sizes[i].bytes == number[0])
            return &sizes[i];
    fprintf(stderr, "bench: no values of %d bytes\n", number[0]);
    exit(2);
}

static void size(long n)
{
    const struct size *size = wanted_size();
    struct sized s = {size->make(0), n};
    struct waitgroup wg = {0};
    wg_go(&wg, size->send, &s);
    size->receive(&s);
    wg_wait(&wg);
    chan_free((chan(char))s.c);
}

static void buffered(long n)
{
    enum { TEN = 10 };
    const struct size *size = wanted_size();
    struct sized s = {size->make(TEN), TEN};
    for (long i = 0; i < n; i += TEN) {
        size->send(&s);
        size->receive(&s);
    }
    chan_free((chan(char))s.c);
}

static void copy(long n)
{
    static char from[65536], through[65536 * 10], to[65536];
    size_t bytes = (size_t)wanted_size()->bytes;
    for (long i = 0; i < n; i++) {
        char *slot = through + (size_t)(i % 10) * bytes;
        memcpy(slot, from, bytes);
        memcpy(to, slot, bytes);
        __asm__ volatile("" ::"r"(from), "r"(slot), "r"(to) : "memory");
    }
}

/* --- Select --------------------------------------------------------------- */
static void look(void *arg)
{
    struct share *s = arg;
    for (long n = 0; n < s->n; n++)
        chan_select(chan_on_recv(s->a, NULL), CHAN_DEFAULT);
}

static void nonblocking_receive(long n)
{
    struct share s = {.n = n / CORES, .a = chan_make(int, 0)};
    together(look, &s, CORES);
    chan_free(s.a);
}

/* Go's own benchmark also looks which case was taken. */
static void look_at_end(void *arg)
{
    struct share *s = arg;
    for (long n = 0; n < s->n; n++)
        if (chan_select(chan_on_recv(s->a, NULL), CHAN_DEFAULT) != 0)
            abort();
}

static void select_closed(long n)
{
    struct share s = {.n = n / CORES, .a = chan_make(int, 0)};
    chan_close(s.a);
    together(look_at_end, &s, CORES);
    chan_free(s.a);
}

static void look_at_four(void *arg)
{
    struct share *s = arg;
    for (long n = 0; n < s->n; n++) {
        chan_select(chan_on_recv(s->a, NULL), CHAN_DEFAULT);
        chan_select(chan_on_send(s->a, 0), CHAN_DEFAULT);
        chan_select(chan_on_recv(s->b, NULL), CHAN_DEFAULT);
        chan_select(chan_on_send(s->c, 0), CHAN_DEFAULT);
    }
}

/* An operation is four selects. Only c is ready, and only once. */
static void select_nonblocking(long n)
{
    struct share s = {.n = n / CORES,
                      .a = chan_make(int, 0),
                      .b = chan_make(int, 1),
                      .c = chan_make(int, 1)};
    together(look_at_four, &s, CORES);
    chan_free(s.a);
    chan_free(s.b);
    chan_free((chan(char))s.c);
}

/* The ball is in one of two boxes, and is put into the other. */
static void toss(struct share *s)
{
    chan_send(s->a, 0);
    for (long n = 0; n < s->n; n++)
        if (chan_select(chan_on_recv(s->a, NULL), chan_on_recv(s->b, NULL)))
            chan_send(s->a, 0);
        else
            chan_send(s->b, 0);
}

static void toss_alone(void *arg)
{
    struct share own = {.n = ((struct share *)arg)->n,
                        .a = chan_make(int, 1),
                        .b = chan_make(int, 1)};
    toss(&own);
    chan_free(own.a);
    chan_free(own.b);
}

static void select_uncontended(long n)
{
    together(toss_alone, &(struct share){.n = n / CORES}, CORES);
}

static void toss_shared(void *arg)
{
    toss(arg);
}

static void select_async(long n)
{
    struct share s = {
        .n = n / CORES, .a = chan_make(int, CORES), .b = chan_make(int, CORES)};
    together(toss_shared, &s, CORES);
    chan_free(s.a);
    chan_free(s.b);
}

static void offer_three(void *arg)
{
    struct share *s = arg;
    while (chan_select(chan_on_send(s->a, 0), chan_on_send(s->b, 0),
                       chan_on_send(s->c, 0), chan_on_recv(s->done, NULL)) != 3)
        continue;
}

static void take_three(void *arg)
{
    struct share *s = arg;
    for (long n = 0; n < s->n; n++)
        chan_select(chan_on_recv(s->a, NULL), chan_on_recv(s->b, NULL),
                    chan_on_recv(s->c, NULL));
}

static void select_sync(long n)
{
    struct share s = {.n = n / CORES,
                      .a = chan_make(int, 0),
                      .b = chan_make(int, 0),
                      .c = chan_make(int, 0),
                      .done = chan_make(int, 0)};
    struct waitgroup offers = {0};
    for (int i = 0; i < CORES; i++)
        wg_go(&offers, offer_three, &s);
    together(take_three, &s, CORES);
    chan_close(s.done);
    wg_wait(&offers);
    chan_free(s.a);
    chan_free(s.b);
    chan_free((chan(char))s.c);
    chan_free(s.done);
}

static void offer_or_leave(void *arg)
{
    struct share *s = arg;
    for (long n = 0; n < s->n; n++) {
        work(s->work);
        chan_select(chan_on_send(s->a, 1), chan_on_recv(s->never, NULL),
                    chan_on_recv(s->done, NULL));
    }
}

static void take_or_leave(void *arg)
{
    struct share *s = arg;
    for (long n = 0; n < s->n; n++) {
        chan_select(chan_on_recv(s->a, NULL), chan_on_recv(s->never, NULL),
                    chan_on_recv(s->done, NULL));
        work(s->work);
    }
}

static void select_prod_cons(long n)
{
    struct share s = {.n = n / CORES,
                      .work = 100,
                      .a = chan_make(int, 128),
                      .done = chan_make(int, 0),
                      .never = chan_after_ms(3600000)};
    struct waitgroup wg = {0};
    for (int i = 0; i < CORES; i++) {
        wg_go(&wg, offer_or_leave, &s);
        wg_go(&wg, take_or_leave, &s);
    }
    wg_wait(&wg);
    chan_free(s.a);
    chan_free(s.done);
    chan_free(s.never);
}

/* width:N, a select of N, of which one is ready. */
static void width(long n)
{
    chan(int) c[WIDEST];
    struct chan_case cases[WIDEST];
    for (int i = 0; i < number[0]; i++) {
        c[i] = chan_make(int, 1);
        cases[i] = chan_on_recv(c[i], NULL);
    }
    for (long i = 0; i < n; i++) {
        chan_send(c[i % number[0]], 0);
        chan_select_array(cases, number[0]);
    }
    for (int i = 0; i < number[0]; i++)
        chan_free(c[i]);
}

struct offers {
    long n;
    int width;
    chan(int) c[WIDEST];
};

static void offer_in_turn(void *arg)
{
    const struct offers *o = arg;
    for (long i = 0; i < o->n; i++)
        chan_send(o->c[i % o->width], 0);
}

/* width-wait:N, a select of N that mostly waits for another thread. */
static void width_wait(long n)
{
    struct offers o = {.n = n, .width = number[0]};
    struct chan_case cases[WIDEST];
    struct waitgroup wg = {0};
    for (int i = 0; i < o.width; i++) {
        o.c[i] = chan_make(int, 0);
        cases[i] = chan_on_recv(o.c[i], NULL);
    }
    wg_go(&wg, offer_in_turn, &o);
    for (long i = 0; i < n; i++)
        chan_select_array(cases, o.width);
    wg_wait(&wg);
    for (int i = 0; i < o.width; i++)
        chan_free(o.c[i]);
}

/* --- Goroutines ----------------------------------------------------------- */
static void nothing(void *arg)
{
    (void)arg;
}

static void spawn_and_wait(long n)
{
    struct waitgroup wg = {0};
    for (long i = 0; i < n; i++) {
        wg_go(&wg, nothing);
        wg_wait(&wg);
    }
}

struct link {
    chan(int) left, right;
};

static void link_up(void *arg)
{
    struct link *l = arg;
    int v;
    chan_recv(l->right, &v);
    chan_send(l->left, v + 1);
}

/* An operation is a whole chain: it is made, passes one value along, and ends. */
static void chain_1000(long n)
{
    chan(int) c[LINKS + 1];
    for (long round = 0; round < n; round++) {
        struct waitgroup wg = {0};
        c[0] = chan_make(int, 0);
        for (int i = 0; i < LINKS; i++) {
            c[i + 1] = chan_make(int, 0);
            wg_go(&wg, link_up, (struct link){c[i], c[i + 1]});
        }
        chan_send(c[LINKS], 0);
        chan_recv(c[0], NULL);
        wg_wait(&wg);
        for (int i = 0; i <= LINKS; i++)
            chan_free(c[i]);
    }
}

/* --- Many goroutines at the same time ------------------------------------- */
/* A line of /proc/self/status, in KiB. */
static double status_kib(const char *name)
{
    char line[256];
    double kib = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            kib = atof(line + strlen(name));
    if (file)
        fclose(file);
    return kib;
}

/* What is in memory, and the page tables for it. */
static double memory_kib(void)
{
    return status_kib("VmRSS:") + status_kib("VmPTE:");
}

struct blocked {
    chan(int) left, right;
    struct waitgroup *begun;
};

static void wait_and_pass(void *arg)
{
    const struct blocked *b = arg;
    int v;
    wg_done(b->begun);
    chan_recv(b->right, &v);
    chan_send(b->left, v + 1);
}

/* Starts n goroutines that wait for each other in a row, and sends a value through. */
static void pass_through(chan(int) c[], int n, const char *which)
{
    struct waitgroup begun = {0}, ended = {0};
    double before = memory_kib();
    long long start = chan_now_();
    wg_add(&begun, n);
    for (int i = 0; i < n; i++)
        wg_go(&ended, wait_and_pass, (struct blocked){c[i], c[i + 1], &begun});
    wg_wait(&begun);
    double started = (double)(chan_now_() - start);
    double kib = memory_kib() - before;
    start = chan_now_();
    chan_send(c[n], 0);
    chan_recv(c[0], NULL);
    double passed = (double)(chan_now_() - start);
    wg_wait(&ended);
    printf("blocked-start%s:%d\t%.2f\n", which, n, started / n);
    printf("blocked-hop%s:%d\t%.2f\n", which, n, passed / n);
    if (!*which)
        printf("blocked-kib:%d\t%.3f\n", n, kib / n);
}

static void blocked(int n)
{
    chan(int) *c = calloc((size_t)n + 1, sizeof *c);
    for (int i = 0; i <= n; i++)
        c[i] = chan_make(int, 0);
    pass_through(c, n, "");
    pass_through(c, n, "-again");
    for (int i = 0; i <= n; i++)
        chan_free(c[i]);
    free(c);
}

static void short_ones(int n)
{
    struct waitgroup wg = {0};
    double before = memory_kib();
    long long start = chan_now_();
    for (int i = 0; i < n; i++)
        wg_go(&wg, nothing);
    wg_wait(&wg);
    printf("short:%d\t%.2f\n", n, (double)(chan_now_() - start) / n);
    printf("short-mib:%d\t%.2f\n", n,
           (status_kib("VmHWM:") + status_kib("VmPTE:") - before) / 1024);
}

/* --- What they take, and what they cost asleep ---------------------------- */
static double resident_bytes(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*s %ld", &pages) != 1)
        return 0;
    fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void wait_for_close(void *arg)
{
    chan(int) c = arg;
    chan_recv(c, NULL);
}

static size_t stack_of_a_goroutine;
static void measure_stack(void *arg)
{
    pthread_attr_t attr;
    void *base;
    (void)arg;
    pthread_getattr_np(pthread_self(), &attr);
    pthread_attr_getstack(&attr, &base, &stack_of_a_goroutine);
    pthread_attr_destroy(&attr);
}

static void memory(void)
{
    enum { CHANNELS = 100000, VALUES = 10000000, GOROUTINES = 1000 };
    static void *all[CHANNELS];
    struct waitgroup wg = {0};
    wg_go(&wg, measure_stack);
    wg_wait(&wg);
    memset(all, 1, sizeof all); /* its own pages are not the channels' */
    double before = resident_bytes();
    for (int i = 0; i < CHANNELS; i++)
        all[i] = chan_make(int, 0);
    printf("bytes-per-channel\t%.0f\n", (resident_bytes() - before) / CHANNELS);
    for (int i = 0; i < CHANNELS; i++)
        chan_free((chan(int))all[i]);
    chan(int) full = chan_make(int, VALUES);
    before = resident_bytes();
    for (int i = 0; i < VALUES; i++)
        chan_send(full, i);
    printf("bytes-per-buffered-int\t%.1f\n",
           (resident_bytes() - before) / VALUES);
    chan_free(full);
    chan(int) closed = chan_make(int, 0);
    before = resident_bytes();
    for (int i = 0; i < GOROUTINES; i++)
        wg_go(&wg, wait_for_close, closed);
    sleep_ms(100);
    printf("bytes-per-goroutine\t%.0f\n",
           (resident_bytes() - before) / GOROUTINES);
    printf("stack-of-a-goroutine\t%zu\n", stack_of_a_goroutine);
    chan_close(closed);
    wg_wait(&wg);
    chan_free(closed);
}

static void sleep_in_select(void *arg)
{
    const struct share *s = arg;
    chan_select(chan_on_recv(s->done, NULL), chan_on_recv(s->never, NULL),
                chan_on_timeout_ms(3600000));
}

static void sleep_in_receive(void *arg)
{
    const struct share *s = arg;
    chan_recv(s->done, NULL);
}

static double ms_of_processor(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
}

/* Sixteen goroutines wait for a close that comes after a second. */
static void asleep(void)
{
    struct share s = {.done = chan_make(int, 0),
                      .never = chan_after_ms(3600000)};
    struct waitgroup wg = {0};
    double before = ms_of_processor();
    for (int i = 0; i < 8; i++) {
        wg_go(&wg, sleep_in_select, &s);
        wg_go(&wg, sleep_in_receive, &s);
    }
    chan_select(chan_on_recv(s.done, NULL), chan_on_timeout_ms(1000));
    chan_close(s.done);
    wg_wait(&wg);
    printf("ms-for-a-second-asleep\t%.2f\n", ms_of_processor() - before);
    chan_free(s.done);
    chan_free(s.never);
}

/* --- The rows, and how they are timed ------------------------------------- */
/* The rows of the table. */
static const struct row {
    const char *name;
    void (*run)(long n);
} rows[] = {
    {"uncontended", uncontended},
    {"contended", contended},
    {"ping-pong", ping_pong},
    {"prod-cons:2:0", prod_cons},
    {"prod-cons:2:10", prod_cons},
    {"prod-cons:2:100", prod_cons},
    {"prod-cons-work:2:0", prod_cons_work},
    {"prod-cons-work:2:10", prod_cons_work},
    {"prod-cons-work:2:100", prod_cons_work},
    {"semaphore", semaphore},
    {"creation", creation},
    {"make", make_and_free},
    {"nonblocking-receive", nonblocking_receive},
    {"select-uncontended", select_uncontended},
    {"select-sync", select_sync},
    {"select-async", select_async},
    {"select-nonblocking", select_nonblocking},
    {"select-closed", select_closed},
    {"select-prod-cons", select_prod_cons},
    {"drain-closed", drain_closed},
    {"spawn-and-wait", spawn_and_wait},
    {"chain-1000", chain_1000},
    {"prod-cons:64:0", prod_cons},
    {"prod-cons:64:10", prod_cons},
    {"prod-cons:64:100", prod_cons},
};

/* Rows that take numbers, with the limit of the first number. */
static const struct family {
    struct row row;
    int most;
} families[] = {
    {{"prod-cons", prod_cons}, 1000},
    {{"prod-cons-work", prod_cons_work}, 1000},
    {{"size", size}, 65536},
    {{"buffered", buffered}, 65536},
    {{"copy", copy}, 65536},
    {{"width", width}, WIDEST},
    {{"width-wait", width_wait}, WIDEST},
};
enum {
    ROWS = sizeof rows / sizeof rows[0],
    FAMILIES = sizeof families / sizeof families[0]
};

/* Finds the row of this name, and leaves its numbers in `number`. */
static const struct row *find(const char *name)
{
    size_t length = strcspn(name, ":");
    number[0] = number[1] = 0;
    sscanf(name + length, ":%d:%d", &number[0], &number[1]);
    for (int i = 0; i < ROWS; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    for (int i = 0; i < FAMILIES; i++) {
        const char *family = families[i].row.name;
        if (strlen(family) == length && strncmp(family, name, length) == 0 &&
            number[0] > 0 && number[0] <= families[i].most && number[1] >= 0)
            return &families[i].row;
    }
    fprintf(stderr, "bench: there is no row %s; -l lists them\n", name);
    exit(2);
}

static double seconds(const struct row *row, long n)
{
    long long began = chan_now_();
    row->run(n);
    return (double)(chan_now_() - began) / 1e9;
}

/* Doubles n until two runs in a row take long enough. The faster one counts. On a busy
 * machine a single run may take long because the kernel ran other processes. */
static void measure(const char *name, double enough)
{
    const struct row *row = find(name);
    long n = row->run == chain_1000 ? 1 : 128;
    for (;;) {
        double first = seconds(row, n);
        double second = first < enough ? 0 : seconds(row, n);
        double took = first < second ? first : second;
        if (took >= enough) {
            printf("%s\t%.2f\n", name, took * 1e9 / (double)n);
            fflush(stdout);
            return;
        }
        n *= 2;
    }
}

static void usage(int status)
{
    fputs("usage: bench [-l] [ROW...] | bench -b N | bench -s N | bench -m |"
          " bench -a\n",
          status ? stderr : stdout);
    exit(status);
}

static int count_of(const char *text)
{
    int n = atoi(text);
    if (n <= 0)
        usage(2);
    return n;
}

int main(int argc, char *argv[])
{
    const char *text = getenv("BENCH_SECONDS");
    double enough = text ? atof(text) : 0.1;
    bool only_names = false;
    for (int option; (option = getopt(argc, argv, "lb:s:mah")) != -1;)
        switch (option) {
        case 'l':
            only_names = true;
            break;
        case 'b':
            return blocked(count_of(optarg)), 0;
        case 's':
            return short_ones(count_of(optarg)), 0;
        case 'm':
            return memory(), 0;
        case 'a':
            return asleep(), 0;
        default:
            usage(option == 'h' ? 0 : 2);
        }
    int given = argc - optind, n = given ? given : ROWS;
    for (int i = 0; i < given; i++)
        find(argv[optind + i]);
    for (int i = 0; i < n; i++) {
        const char *name = given ? argv[optind + i] : rows[i].name;
        if (only_names)
            puts(name);
        else
            measure(name, enough);
    }
}
