/* check.h -- the macros and functions that the tests of chan.h use.
 *
 * A test program is a list of named checks. A check is a function that returns
 * if it found no error:
 *
 *     static void keeps_the_order(void)
 *     {
 *         ...
 *         CHECK_EQ(v, 3);
 *     }
 *     CHECKS(RUN(keeps_the_order), RUN(wraps_round))
 *
 * The program runs all of them, or those that its arguments name ('closed*'),
 * each in a process of its own, and prints "ok NAME" or "not ok NAME: why" for
 * each. So a check may crash, panic, or leave threads that wait forever. --list
 * prints the names.
 *
 * Some builds and tools are slow. So rounds(n) is n, or a tenth of n under a
 * sanitizer, or a fiftieth of n with COOKBOOK_SLOW=1 in the environment.
 *
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHECK_H
#define CHECK_H

#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined __SANITIZE_THREAD__
#define THREAD_SANITIZER 1
#elif defined __SANITIZE_ADDRESS__
#define ADDRESS_SANITIZER 1
#elif defined __has_feature
#if __has_feature(thread_sanitizer)
#define THREAD_SANITIZER 1
#elif __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif
#ifndef THREAD_SANITIZER
#define THREAD_SANITIZER 0
#endif
#ifndef ADDRESS_SANITIZER
#define ADDRESS_SANITIZER 0
#endif
#define SANITIZED (THREAD_SANITIZER || ADDRESS_SANITIZER)

/* With fibers many goroutines share a thread, whose number and end say nothing about
 * them. */
#ifdef CHAN_FIBERS
#define FIBERS 1
#else
#define FIBERS 0
#endif

#if SANITIZED
/* The sanitizer must not report what a test does on purpose: a huge malloc(), a
 * fork() beside running threads. */
const char *__asan_default_options(void);
const char *__tsan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1:handle_abort=0";
}
const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1:die_after_fork=0:handle_abort=0:"
           "atexit_sleep_ms=10";
}
#endif

/* ===== Saying what should be ============================================= */

/* CHECK(what) ends the check unless `what` is true; CHECK_EQ(got, want) shows
 * the two integers as well. Any thread may fail. */
#define CHECK(what) ((what) ? (void)0 : check_failed(__FILE__, __LINE__, #what))
#define CHECK_EQ(got, want) \
    check_equal(__FILE__, __LINE__, #got, (long long)(got), (long long)(want))

__attribute__((noreturn)) static inline void check_failed(const char *file,
                                                          int line,
                                                          const char *what)
{
    fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
    _exit(1);
}

static inline void check_equal(const char *file, int line, const char *what,
                               long long got, long long want)
{
    if (got == want)
        return;
    fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", file, line, what, got,
            want);
    _exit(1);
}

static inline bool check_is_slow(void)
{
    const char *slow = getenv("COOKBOOK_SLOW");
    return slow && strcmp(slow, "1") == 0;
}

/* How often to repeat what is repeated n times on a bare machine. */
static inline int rounds(int n)
{
    int part = n / (check_is_slow() ? 50 : SANITIZED ? 10 : 1);
    return part > 0 ? part : 1;
}

static inline long long now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static inline long long ns_of(struct timespec t)
{
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Lets others run. Our own sleep, not the header's. */
static inline void nap_us(long us)
{
    nanosleep(&(struct timespec){.tv_nsec = us * 1000}, NULL);
}
#define UNTIL(what)  \
    do {             \
        nap_us(100); \
    } while (!(what))

/* Each of the n counts is within 8 % of the mean. After few rounds the limit is 6
 * standard deviations, which chance exceeds about once in a lifetime. */
static inline void check_even(const int *counts, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += counts[i];
    double mean = sum / n;
    for (int i = 0; i < n; i++) {
        double off = counts[i] - mean;
        if (off * off <= 0.08 * 0.08 * mean * mean || off * off <= 36 * mean)
            continue;
        fprintf(stderr, "case %d of %d was picked %d times, not about %d\n", i,
                n, counts[i], (int)mean);
        _exit(1);
    }
}

/* ===== Running apart, and panics ========================================= */

struct check {
    const char *name;
    void (*run)(void);
};
#define RUN(f) { #f, f }
#define CHECKS(...)                                                    \
    int main(int argc, char **argv)                                    \
    {                                                                  \
        static const struct check all[] = {__VA_ARGS__, {NULL, NULL}}; \
        return check_main(argc, argv, all);                            \
    }

struct outcome {
    int status; /* as wait() gives it */
    char out[4096], err[4096];
};

/* The line at which a panic is expected. HERE sets it in the child. */
static atomic_int *check_line;
#define HERE(...)               \
    do {                        \
        *check_line = __LINE__; \
        __VA_ARGS__;            \
    } while (0)

/* A second less than the limit of the whole program, so that the program can
 * still name the check that hangs. */
static inline unsigned check_limit(void)
{
    const char *limit = getenv("COOKBOOK_LIMIT");
    int seconds = limit ? atoi(limit) : 10;
    return seconds > 2 ? (unsigned)seconds - 1 : 1;
}

static inline pid_t check_fork(void)
{
    if (!check_line)
        check_line = mmap(NULL, sizeof *check_line, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    fflush(NULL);
    pid_t child = fork();
    if (child < 0) {
        perror("fork");
        exit(1);
    }
    if (child == 0) {
        if (!FIBERS) /* the thread is a worker, which may end before the process */
            prctl(PR_SET_PDEATHSIG, SIGKILL);
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        alarm(check_limit());
    }
    return child;
}

static inline int check_wait(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return status;
}

/* The text of the file without remarks of a sanitizer: "==123==WARNING...". */
static inline void check_slurp(FILE *file, char *into, size_t size)
{
    size_t n = 0;
    rewind(file);
    into[0] = '\0';
    while (n + 1 < size && fgets(into + n, (int)(size - n), file))
        if (strncmp(into + n, "==", 2) != 0)
            n += strlen(into + n);
        else
            into[n] = '\0';
    fclose(file);
}

/* The laboratory adds lines to a panic, which are indented. They are removed. */
__attribute__((unused)) static void check_drop_indented(char *text)
{
    char *line = text, *to = text;
    while (*line) {
        size_t n = strcspn(line, "\n");
        n += line[n] == '\n';
        if (*line != ' ') {
            memmove(to, line, n);
            to += n;
        }
        line += n;
    }
    *to = '\0';
}

/* Runs f in a process of its own, which then exits with 0 if f returns. */
static inline struct outcome run_apart(void (*f)(void))
{
    struct outcome got;
    FILE *out = tmpfile(), *err = tmpfile();
    CHECK(out && err);
    pid_t child = check_fork();
    if (child == 0) {
        dup2(fileno(out), STDOUT_FILENO);
        dup2(fileno(err), STDERR_FILENO);
        f();
        exit(0);
    }
    got.status = check_wait(child);
    check_slurp(out, got.out, sizeof got.out);
    check_slurp(err, got.err, sizeof got.err);
#ifdef CHAN_LAB
    check_drop_indented(got.err);
#endif
    return got;
}

/* f panics with this message (a pattern for fnmatch) at the line that HERE marks.
 * It prints nothing else on stderr, and ends by SIGABRT. */
#define expect_panic(f, text) check_panic(__FILE__, __LINE__, #f, f, text)
static inline void check_panic(const char *file, int line, const char *name,
                               void (*f)(void), const char *text)
{
    char want[300];
    *check_line = -1;
    struct outcome got = run_apart(f);
    snprintf(want, sizeof want, "panic: %s (%s:%d)\n", text, file, *check_line);
    bool aborted = WIFSIGNALED(got.status) && WTERMSIG(got.status) == SIGABRT;
    bool one_line = strchr(got.err, '\n') == got.err + strlen(got.err) - 1;
    if (aborted && one_line && fnmatch(want, got.err, 0) == 0)
        return;
    fprintf(stderr, "%s:%d: %s() ends by %s %d and says\n  %sinstead of\n  %s",
            file, line, name, WIFSIGNALED(got.status) ? "signal" : "exit",
            WIFSIGNALED(got.status) ? WTERMSIG(got.status)
                                    : WEXITSTATUS(got.status),
            got.err[0] ? got.err : "(nothing)\n", want);
    _exit(1);
}

/* In a process of its own, f exits with 0 and prints nothing on stderr. */
#define expect_clean_exit(f) check_clean_exit(__FILE__, __LINE__, #f, f)
static inline void check_clean_exit(const char *file, int line,
                                    const char *name, void (*f)(void))
{
    struct outcome got = run_apart(f);
    if (got.status == 0 && got.err[0] == '\0')
        return;
    fprintf(stderr, "%s:%d: %s() ends by %s %d and says: %s\n", file, line,
            name, WIFSIGNALED(got.status) ? "signal" : "exit",
            WIFSIGNALED(got.status) ? WTERMSIG(got.status)
                                    : WEXITSTATUS(got.status),
            got.err);
    _exit(1);
}

static inline bool check_run(const struct check *c)
{
    pid_t child = check_fork();
    if (child == 0) {
        c->run();
        exit(0);
    }
    int status = check_wait(child);
    if (status == 0)
        printf("ok %s\n", c->name);
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        printf("not ok %s: hangs\n", c->name);
    else if (WIFSIGNALED(status))
        printf("not ok %s: killed by signal %d\n", c->name, WTERMSIG(status));
    else
        printf("not ok %s: exit %d\n", c->name, WEXITSTATUS(status));
    return status == 0;
}

/* Runs the checks that a pattern as of fnmatch names: at least one. */
static inline bool check_named(const struct check *all, const char *pattern)
{
    bool fine = true, some = false;
    for (; all->name; all++)
        if (fnmatch(pattern, all->name, 0) == 0) {
            fine = check_run(all) && fine;
            some = true;
        }
    if (!some) {
        fprintf(stderr, "no check is named %s\n", pattern);
        exit(2);
    }
    return fine;
}

static inline int check_main(int argc, char **argv, const struct check *all)
{
    bool fine = argc > 1 || check_named(all, "*");
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (; all->name; all++)
            puts(all->name);
        return 0;
    }
    for (int i = 1; i < argc; i++)
        fine = check_named(all, argv[i]) && fine;
    return fine ? 0 : 1;
}

/* ===== Watching threads ================================================== */

/* A plain thread that makes one call, and can be watched doing so: whether it
 * sleeps in that call, and whether it has returned from it. */
struct watched {
    void (*call)(void *);
    void *arg;
    pthread_t thread;
    atomic_int tid; /* 0 until it is about to make the call */
    atomic_bool returned;
    struct watched *next;
};

static inline void *check_watched_main(void *watched)
{
    struct watched *w = watched;
    atomic_store(&w->tid, (int)syscall(SYS_gettid));
    w->call(w->arg);
    atomic_store(&w->returned, true);
    return NULL;
}

/* Whether a thread of ours sleeps, and how often it has gone to sleep by now;
 * -1 if it runs or has ended. */
static inline long check_sleeps(int tid)
{
    char path[64], line[200];
    long times = -1;
    bool asleep = false;
    snprintf(path, sizeof path, "/proc/self/task/%d/status", tid);
    FILE *file = fopen(path, "r");
    if (!file)
        return -1;
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "State:", 6) == 0)
            asleep = strchr(line, 'S') && strstr(line, "(sleeping)");
        sscanf(line, "voluntary_ctxt_switches: %ld", &times);
    }
    fclose(file);
    return asleep ? times : -1;
}

/* Returns when the thread waits inside its call. That is certain, not a guess. The
 * thread has noted that the call comes next, and the kernel reports, four times in a
 * row with pauses between, that the thread sleeps and has not run since. If it waited
 * for a lock on its way, the lock would be free by then, and the thread would have
 * run. */
static inline void until_asleep_or_returned(struct watched *w)
{
    long before = -2;
    for (int same = 0; same < 3 && !w->returned;) {
        nap_us(check_is_slow() ? 5000 : 700);
        long times = w->tid ? check_sleeps(w->tid) : -1;
        same = times >= 0 && times == before ? same + 1 : 0;
        before = times;
    }
}

static inline void until_asleep(struct watched *w)
{
    until_asleep_or_returned(w);
    CHECK(!w->returned); /* it should wait */
}

static inline void start(struct watched *w, void (*call)(void *), void *arg)
{
    w->call = call;
    w->arg = arg;
    atomic_store(&w->tid, 0);
    atomic_store(&w->returned, false);
    CHECK_EQ(pthread_create(&w->thread, NULL, check_watched_main, w), 0);
}

/* Starts the call in a thread, and returns when it waits there. */
static inline void start_waiting(struct watched *w, void (*call)(void *),
                                 void *arg)
{
    start(w, call, arg);
    until_asleep(w);
}

/* Waits for the call to return. */
static inline void finish(struct watched *w)
{
    CHECK_EQ(pthread_join(w->thread, NULL), 0);
}

/* The call waits, and still waits after a pause. The thread is left in the call. */
#define blocks_forever(call, arg) check_blocks(__FILE__, __LINE__, call, arg)
static inline void check_blocks(const char *file, int line,
                                void (*call)(void *), void *arg)
{
    static struct watched *left; /* still in use, LeakSanitizer shall see */
    struct watched *w = malloc(sizeof *w);
    CHECK(w);
    w->next = left;
    left = w;
    start_waiting(w, call, arg);
    nap_us(20000);
    if (w->returned)
        check_failed(file, line, "it waits forever");
}

/* Keeps this thread, and those that it starts, on one core. */
static inline void on_one_core(void)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)sched_getcpu(), &one);
    CHECK_EQ(sched_setaffinity(0, sizeof one, &one), 0);
}

/* How many threads this process has now. */
static inline int threads_now(void)
{
    char line[200];
    int n = -1;
    FILE *file = fopen("/proc/self/status", "r");
    CHECK(file);
    while (fgets(line, sizeof line, file))
        sscanf(line, "Threads: %d", &n);
    fclose(file);
    return n;
}

#endif
