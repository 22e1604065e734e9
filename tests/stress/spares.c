/* spares -- bursts of goroutines, and their threads after they have ended.
 *
 * A thread whose goroutine has ended waits about 50 ms for the next go(). So each round
 * starts bursts of goroutines, with pauses that end at about the same time as the
 * waiting. Some goroutines start others, with stacks of different sizes, and there are
 * forks and exits of all kinds while threads wait. Every goroutine must run once, with
 * its own argument and a stack of the requested size. When no more goroutines are
 * started, the threads must end.
 *
 *     spares [-t SECONDS] [-s SEED]
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "stress.h"

enum { PROCESSES = 6, BURST = 100, STATUS = 3 };

static uint64_t dice;

/* ===== What goroutines do ================================================ */

struct task {
    atomic_int *runs; /* of this one alone */
    size_t stack;
    unsigned us, then; /* how long it takes; how many it starts */
    struct waitgroup *wg;
};

static size_t stack_size(void)
{
    pthread_attr_t attr;
    void *base;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attr) == 0)
        pthread_attr_getstack(&attr, &base, &size);
    pthread_attr_destroy(&attr);
    return size;
}

static void task(void *arg)
{
    const struct task *t = arg;
    if (!FIBERS && stack_size() + 65536 < t->stack)
        fail("a stack of %zu bytes, not %zu", stack_size(), t->stack);
    atomic_fetch_add(t->runs, 1);
    for (unsigned i = 1; i <= t->then; i++)
        wg_go(t->wg, task, (struct task){t->runs + i, 0, 0, 0, t->wg});
    if (t->us)
        nap_us(t->us);
}

static void wait_for_ever(void *arg)
{
    chan(int) none = NULL;
    (void)arg;
    chan_recv(none, NULL);
}

static void leave(void *arg)
{
    nap_us(*(unsigned *)arg);
    exit(STATUS);
}

/* ===== Bursts ============================================================ */

/* The size holds for the goroutines that are started from here on. When these start
 * others, the size may be another one already. */
static size_t draw_stack(void)
{
    static const size_t sizes[] = {256 << 10, 256 << 10, 64 << 10, 1 << 20};
    size_t stack = sizes[draw(&dice, 4)];
    go_stack_bytes(stack);
    return stack;
}

/* Some start up to 3 more, so each has 4 counters. */
static void burst(void)
{
    static atomic_int runs[BURST * 4];
    struct waitgroup wg = {0};
    int n = 1 + (int)draw(&dice, draw(&dice, 2) ? 8 : BURST), want = n;
    size_t stack = draw_stack();
    bool at_once = draw(&dice, 2);
    for (int i = 0; i < BURST * 4; i++)
        runs[i] = 0;
    for (int i = 0; i < n; i++) {
        unsigned then = draw(&dice, 4), us = draw(&dice, 2) * draw(&dice, 200);
        want += (int)then;
        wg_go(&wg, task, (struct task){&runs[4 * i], stack, us, then, &wg});
        if (!at_once && draw(&dice, 4) == 0)
            nap_us(draw(&dice, 300));
    }
    wg_wait(&wg);
    for (int i = 0; i < BURST * 4; want -= runs[i++])
        if (runs[i] > 1)
            fail("a goroutine ran %d times", (int)runs[i]);
    if (want != 0)
        fail("%d goroutines did not run", want);
}

/* Pauses not at all, for a moment, or for about as long as a thread waits, in steps of
 * a tenth of a millisecond: the moment to hit is a few instructions long. */
static void linger(void)
{
    unsigned kind = draw(&dice, 4);
    if (kind == 1)
        nap_us(draw(&dice, 2000));
    else if (kind == 2)
        nap_us(48000 + draw(&dice, 4000));
    else if (kind == 3)
        nap_us(49900 + draw(&dice, 200));
}

static int lines_of(const char *path)
{
    int n = 0;
    FILE *file = fopen(path, "r");
    for (int c; file && (c = fgetc(file)) != EOF;)
        n += c == '\n';
    if (file)
        fclose(file);
    return n;
}

static int threads_now(void)
{
    int n = 0;
    DIR *threads = opendir("/proc/self/task");
    while (threads && readdir(threads))
        n++;
    if (threads)
        closedir(threads);
    return n - 2; /* "." and ".." */
}

/* Ended threads are joined sooner or later. That holds even if each has another stack
 * size than the one before, or if more threads run than may wait. Otherwise their
 * stacks would stay. */
static void alternate(void)
{
    struct waitgroup wg = {0};
    atomic_int runs = 0;
    int before = lines_of("/proc/self/maps");
    for (int i = 0; i < 2000; i++) {
        unsigned us = i < 1000 ? 0 : 20000;
        size_t stack = draw_stack();
        wg_go(&wg, task, (struct task){&runs, stack, us, 0, &wg});
        if (i < 1000 ? i % 4 : i % 250 == 0)
            wg_wait(&wg);
    }
    wg_wait(&wg);
    if (runs != 2000)
        fail("of 2000 goroutines %d ran", (int)runs);
    if (lines_of("/proc/self/maps") > before + 1000 && !SANITIZED)
        fail("the stacks of threads that have ended pile up");
}

/* Expects no more threads than in the beginning, except one that ThreadSanitizer
 * may start for itself at any time. With fibers, a few workers for each core and the
 * monitor stay. */
static void expect_quiet(int before)
{
    int n = 0, most = before + SANITIZED;
    if (FIBERS)
        most += 2 * (int)sysconf(_SC_NPROCESSORS_ONLN) + 2;
    for (int i = 0; i < 2000 && (n = threads_now()) > most; i++)
        nap_us(5000);
    if (n > most)
        fail("after ten seconds of nothing there are %d threads, not %d", n,
             most);
}

static void say_thread(void *arg)
{
    const struct task *t = arg;
    atomic_store(t->runs, (int)syscall(SYS_gettid));
}

/* When the waiting threads have ended, the next ending thread is used again. */
static void expect_reuse(void)
{
    struct waitgroup wg = {0};
    atomic_int thread = 0;
    for (int i = 0, before = -1; before != thread; i++) {
        if (i == 200)
            fail("no thread is used again");
        if (i % 50 == 0)
            nap_us(60000);
        before = thread;
        wg_go(&wg, say_thread, (struct task){.runs = &thread});
        wg_wait(&wg);
    }
}

/* ===== Processes ========================================================= */

static void live(int depth);

static pid_t begin_process(int depth)
{
    pid_t child = fork_for(50);
    if (child > 0)
        return child;
    live(depth);
    exit(STATUS);
}

static void end_process(pid_t child)
{
    int status = wait_for(child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != STATUS)
        fail("a process ended with status %#x", (unsigned)status);
}

/* While threads wait or end in this process, the child starts with one thread, and can
 * do all that its parent can. The parent goes on meanwhile. A fork() beside other
 * threads is left out under the sanitizers. */
static void fork_now(int depth)
{
    if (depth == 2 || SANITIZED)
        return;
    struct waitgroup wg = {0};
    static atomic_int runs;
    for (unsigned i = draw(&dice, 60); i > 0; i--)
        wg_go(&wg, task, (struct task){&runs, 0, draw(&dice, 400), 0, &wg});
    pid_t child = begin_process(depth + 1);
    wg_wait(&wg);
    burst();
    end_process(child);
}

static void live(int depth)
{
    int before = threads_now();
    for (unsigned i = 1 + draw(&dice, 4); i > 0; i--) {
        burst();
        linger();
        if (draw(&dice, 4) == 0)
            fork_now(depth);
    }
    switch (draw(&dice, 6)) {
    case 0:
        expect_quiet(before);
        break;
    case 1: /* some threads run beside the waiting ones, and do not end */
        go(wait_for_ever);
        break;
    case 2:
        go(leave, draw(&dice, 2) * draw(&dice, 1000));
        wait_for_ever(NULL);
        break;
    case 3:
        if (draw(&dice, 4) == 0)
            alternate();
        break;
    case 4:
        expect_reuse();
        break;
    default:
        break;
    }
}

/* Runs several processes side by side, because they mostly sleep. */
static void play(uint64_t seed)
{
    pid_t children[PROCESSES];
    for (unsigned i = 0; i < PROCESSES; i++) {
        dice = seed + ((uint64_t)i << 32);
        children[i] = begin_process(0);
    }
    for (int i = 0; i < PROCESSES; i++)
        end_process(children[i]);
}

int main(int argc, char **argv)
{
    stress.forks = true;
    return stress_main(argc, argv, play,
                       "every thread was used well, and went");
}
