/* faults -- what happens when the memory or the threads run out, at each place.
 *
 * A small program uses everything that takes memory or starts threads. It runs
 * again and again, each time in a process of its own. In the first run the first
 * allocation fails, in the second run the second, and so on until a run needs no more.
 * Other series let all later allocations fail, too, or pthread_create(). Allocations
 * are counted inside malloc() itself, so the count includes those of the C library.
 *
 * Each run has to end in one of two ways. If the C library can do without, it ends
 * as if nothing had happened. Otherwise it panics, and the message has the missing
 * resource, the reason and the place in this file. It never hangs or crashes.
 *
 *     faults memory|memory-for-good|threads|threads-for-good [-v]
 *
 * SPDX-License-Identifier: 0BSD
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* ===== Failing on purpose ================================================ */

/* What a run reports to its parent: whether the fault was reached, and the line of
 * this file at which the thread met it. */
static struct report {
    atomic_bool met;
    atomic_int line;
} * report;

static struct fault {
    atomic_long after; /* how many calls still succeed; negative: all */
    bool for_good;     /* not only one call fails, but all after it, too */
} no_memory = {.after = -1}, no_threads = {.after = -1};

/* The line at which this thread is. */
static _Thread_local int line;
#define HERE(...) (line = __LINE__, __VA_ARGS__)

/* Whether the fault strikes now. `after` counts down to 0, where the fault strikes.
 * Then `after` stays at 0, or becomes negative. */
static bool strikes(struct fault *f)
{
    long after = f->after;
    do
        if (after < 0)
            return false;
    while (!atomic_compare_exchange_weak(&f->after, &after,
                                         after > 0     ? after - 1
                                         : f->for_good ? 0
                                                       : -1));
    if (after == 0 && !atomic_exchange(&report->met, true))
        report->line = line;
    return after == 0;
}

/* An allocator that never reuses memory. It cuts blocks from one large mapping, each
 * behind its size, and replaces the C library's allocator in the whole process. */
#define ARENA ((size_t)64 << 20)
#define ALIGN ((size_t)64)
static _Alignas(ALIGN) char arena[ARENA];
static atomic_size_t handed_out, freed;

static void *take(size_t align, size_t size)
{
    if (align < ALIGN)
        align = ALIGN;
    if (size > ARENA / 4 || align > ARENA / 4 || strikes(&no_memory)) {
        errno = ENOMEM;
        return NULL;
    }
    size_t whole = (size + 2 * align + ALIGN - 1) / ALIGN * ALIGN;
    size_t end = atomic_fetch_add(&handed_out, whole) + whole;
    if (end > ARENA) {
        errno = ENOMEM;
        return NULL;
    }
    uintptr_t start = (uintptr_t)(arena + end - whole) + sizeof size;
    char *block = (char *)((start + align - 1) / align * align);
    memcpy(block - sizeof size, &size, sizeof size);
    return block;
}

void *malloc(size_t size)
{
    return take(1, size);
}

void *calloc(size_t n, size_t size)
{
    return take(1, size && n > ARENA / size ? ARENA : n * size);
}

void *realloc(void *old, size_t size)
{
    size_t had = 0;
    char *block = take(1, size);
    if (old)
        memcpy(&had, (char *)old - sizeof had, sizeof had);
    if (block && old)
        memcpy(block, old, had < size ? had : size);
    return block;
}

void *aligned_alloc(size_t align, size_t size)
{
    return take(align, size);
}

void *memalign(size_t align, size_t size);
void *memalign(size_t align, size_t size)
{
    return take(align, size);
}

int posix_memalign(void **block, size_t align, size_t size)
{
    *block = take(align, size);
    return *block ? 0 : ENOMEM;
}

/* Uses its argument. If free() did not, clang would treat the argument as undefined
 * and could drop the call. */
void free(void *block)
{
    atomic_fetch_add(&freed, block != NULL);
}

static int faulty_create(pthread_t *thread, const pthread_attr_t *attr,
                         void *(*f)(void *), void *arg)
{
    return strikes(&no_threads) ? EAGAIN : pthread_create(thread, attr, f, arg);
}
#define pthread_create faulty_create

#include "chan.h"

#include <fnmatch.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* ===== The program that meets the faults ================================= */

struct adder {
    int n;
    chan(int) out;
};

static void add(void *arg)
{
    const struct adder *a = arg;
    int sum = 0;
    for (int i = 1; i <= a->n; i++)
        sum += i;
    chan_send(a->out, sum);
}

static void forward(void *arg)
{
    chan(int) *ends = arg;
    chan(int) inner = HERE(chan_make(int, 2));
    for (int v; chan_recv(ends[0], &v);) {
        chan_send(inner, v);
        chan_recv(inner, &v);
        chan_send(ends[1], v);
    }
    chan_free(inner);
    chan_close(ends[1]);
}

static void nothing(void *arg)
{
    (void)arg;
}

/* Its stack has another size, so that no thread of the first goroutines can serve. */
static void start_more(struct waitgroup *wg)
{
    go_stack_bytes(512 << 10);
    HERE(wg_go(wg, nothing));
    HERE(wg_go(wg, nothing, (struct adder){0, NULL}));
    HERE(go(nothing));
    HERE(go(nothing, (char[3000]){0}));
    wg_wait(wg);
}

/* The sums of up to 1, 2, ... 12, sent by as many goroutines, received by one
 * select over all: 364. */
static int sums(struct waitgroup *wg)
{
    enum { N = 12 };
    chan(int) c[N];
    struct chan_case cases[N + 1];
    int v, sum = 0;
    for (int i = 0; i < N; i++) {
        c[i] = HERE(chan_make(int, i % 3));
        HERE(wg_go(wg, add, (struct adder){i + 1, c[i]}));
        cases[i] = chan_on_recv(c[i], &v);
    }
    cases[N] = chan_on_timeout_ms(20000);
    for (int i = 0; i < N; i++) {
        HERE(chan_select_array(cases, N + 1));
        sum += v;
    }
    wg_wait(wg);
    for (int i = 0; i < N; i++)
        chan_free(c[i]);
    return sum;
}

/* 1 to 10 through a goroutine and back: 55. */
static int forwarded(struct waitgroup *wg)
{
    chan(int) ends[2] = {HERE(chan_make(int, 0)), NULL};
    ends[1] = HERE(chan_make(int, 3));
    int sum = 0, v;
    HERE(wg_go(wg, forward, (chan(int) *)ends));
    for (int i = 1; i <= 10; i++) {
        chan_send(ends[0], i);
        chan_recv(ends[1], &v);
        sum += v;
    }
    chan_close(ends[0]);
    wg_wait(wg);
    chan_free(ends[0]);
    chan_free(ends[1]);
    return sum;
}

static int timers(void)
{
    chan(struct timespec) after = HERE(chan_after_ms(1));
    chan(struct timespec) tick = HERE(chan_tick_ms(1));
    int n = 0;
    for (int i = 0; i < 3; i++)
        n += chan_recv(tick, NULL);
    n += chan_recv(after, NULL);
    chan_free(after);
    chan_free(tick);
    return n;
}

static void use_everything(void)
{
    struct waitgroup wg = {0};
    int sum = sums(&wg) + forwarded(&wg) + timers();
    start_more(&wg);
    char said[20];
    int n = snprintf(said, sizeof said, "%d\n", sum);
    ssize_t ignored = write(STDOUT_FILENO, said, (size_t)n);
    (void)ignored;
}

/* ===== Running it, and judging how it ends =============================== */

struct outcome {
    int status;
    char out[300], err[300];
};

static void read_all(int fd, char *into, size_t size)
{
    size_t n = 0;
    for (ssize_t got = 1; got > 0 && n + 1 < size; n += (size_t)got) {
        got = read(fd, into + n, size - 1 - n);
        if (got < 0)
            got = 0;
    }
    into[n] = '\0';
    close(fd);
}

/* In a process of its own, which has 10 seconds. */
static struct outcome run_with(struct fault *fault, long after, bool for_good)
{
    struct outcome o;
    int out[2], err[2];
    *report = (struct report){0};
    if (pipe(out) || pipe(err))
        exit(2);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        alarm(10);
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        fault->for_good = for_good;
        fault->after = after;
        use_everything();
        exit(0);
    }
    close(out[1]);
    close(err[1]);
    read_all(out[0], o.out, sizeof o.out);
    read_all(err[0], o.err, sizeof o.err);
    waitpid(child, &o.status, 0);
    return o;
}

static bool as_if_nothing_happened(const struct outcome *o)
{
    return o->status == 0 && o->err[0] == '\0' && strcmp(o->out, "423\n") == 0;
}

static bool says(const struct outcome *o, const char *what, int error)
{
    char want[200];
    snprintf(want, sizeof want, "panic: no %s: %s (%s:%d)\n", what,
             strerror(error), __FILE__, report->line);
    return fnmatch(want, o->err, 0) == 0;
}

/* Whether the panic is one line with the resource, the reason and the place. */
static bool panicked_well(const struct outcome *o, bool threads)
{
    const char *newline = strchr(o->err, '\n');
    if (!WIFSIGNALED(o->status) || WTERMSIG(o->status) != SIGABRT)
        return false;
    if (!newline || newline[1])
        return false;
    if (threads)
        return says(o, "thread for goroutine *", EAGAIN);
    return says(o, "channel of * values", ENOMEM) ||
           says(o, "select of * cases", ENOMEM) ||
           says(o, "goroutine with * bytes", ENOMEM) ||
           says(o, "thread for goroutine *", ENOMEM) ||
           says(o, "thread for goroutine *", EAGAIN);
}

/* Lets the first call fail, then the second, until a run needs no more calls. Prints
 * the number of runs, and how many of them ended by a panic. */
static bool fail_in_turn(struct fault *fault, bool for_good, bool verbose)
{
    int runs = 0, panics = 0;
    bool fine = true;
    for (long after = 0; fine; after++) {
        struct outcome o = run_with(fault, after, for_good);
        bool well = as_if_nothing_happened(&o);
        fine = report->met && !well ? panicked_well(&o, fault == &no_threads)
                                    : well;
        if (verbose || !fine)
            printf("fault %ld at line %d: status %#x\n%s%s", after,
                   report->line, (unsigned)o.status, o.out, o.err);
        if (!report->met)
            break;
        runs++;
        panics += !well;
    }
    printf("%d faults, %d panics\n", runs, panics);
    return fine && panics > 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    bool verbose = argc > 2 && strcmp(argv[2], "-v") == 0;
    bool for_good = strstr(what, "-for-good");
    report = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (strncmp(what, "memory", 6) == 0)
        return !fail_in_turn(&no_memory, for_good, verbose);
    if (strncmp(what, "threads", 7) == 0)
        return !fail_in_turn(&no_threads, for_good, verbose);
    fputs(
        "usage: faults memory|memory-for-good|threads|threads-for-good [-v]\n",
        stderr);
    return 2;
}
