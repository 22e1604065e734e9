/* stress.h -- what the stress programs share: seeds, pauses, signals, a watch.
 *
 * Include it in place of chan.h. A program is a function that plays one round,
 * drawn from a seed, and that calls fail() when something is wrong:
 *
 *     static void play(uint64_t seed)
 *     {
 *         uint64_t dice = seed;
 *         ...
 *         if (received != sent)
 *             fail("%lld values were lost", sent - received);
 *     }
 *     int main(int argc, char **argv)
 *     {
 *         return stress_main(argc, argv, play, "no value lost");
 *     }
 *
 * Rounds follow each other, each with the next seed. A round may fail by fail(), a
 * panic, a crash, a sanitizer, or because nothing moves any more. Then the last line
 * has the command that repeats the round. The seed repeats the operations, not the
 * schedule of the threads, so -k repeats the same round for a while.
 *
 * With -p some threads pause at the header's own steps, CHAN_STEP_(). So the moments
 * between two steps, which are short, are sometimes long.
 *
 * SPDX-License-Identifier: 0BSD
 */
#ifndef STRESS_H
#define STRESS_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

enum { STRESS_LINE = 320 };
static struct {
    const char *program, *verdict;
    long seconds, rounds; /* to play; rounds are 0 where the time decides */
    uint64_t seed;        /* of this round */
    bool keep;            /* the next round has it, too */
    unsigned pauses;      /* one step in `pauses` pauses; 0: none */
    unsigned signal_us;   /* between two signals; 0: none */
    long n;               /* size of a round, where that can be chosen */
    bool forks;           /* its rounds fork, so no other threads are started */
    atomic_llong done;    /* grows as long as there is progress */
    atomic_uint threads;  /* that have reached a step, for their dice */
    _Atomic(const char *) again; /* the line with the command for it */
} stress = {.seconds = 10};

/* Counts of what happened. A child's part counts, too: a program that forks has the
 * counts in memory that it shares with its children. */
static struct stress_counts {
    atomic_llong paused, signalled;
} stress_own, *stress_counts = &stress_own;

static inline void stress_count(atomic_llong *events)
{
    atomic_fetch_add_explicit(events, 1, memory_order_relaxed);
}

/* ===== Dice, and pauses ================================================== */

/* The next number of the series that starts at this seed: Weyl's sequence, its
 * bits mixed. Neighbouring seeds have nothing in common. */
static inline uint64_t next_number(uint64_t *dice)
{
    uint64_t x = *dice += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

/* 0 .. sides - 1 */
static inline unsigned draw(uint64_t *dice, unsigned sides)
{
    return (unsigned)((next_number(dice) >> 32) * sides >> 32);
}

static inline void nap_us(unsigned us)
{
    nanosleep(&(struct timespec){.tv_nsec = us * 1000L}, NULL);
}

/* Most pauses are as long as a few steps. A few let another thread run. Still fewer
 * are so long that other threads stop spinning and go to sleep. */
static inline void stress_pause(uint64_t *dice)
{
    unsigned kind = draw(dice, 32);
    int error = errno;
    if (kind == 0)
        nap_us(draw(dice, 60));
    else if (kind < 8)
        sched_yield();
    else
        for (volatile unsigned i = draw(dice, 400); i > 0; i--)
            continue;
    errno = error;
    stress_count(&stress_counts->paused);
}

/* What chan.h calls at every step of its protocol. */
static inline void stress_step(void)
{
    static _Thread_local uint64_t dice;
    if (stress.pauses == 0)
        return;
    if (dice == 0)
        dice = stress.seed ^ (uint64_t)atomic_fetch_add_explicit(
                                 &stress.threads, 1, memory_order_relaxed)
                                 << 40;
    if (draw(&dice, stress.pauses) == 0)
        stress_pause(&dice);
}
#define CHAN_STEP_() stress_step()

#include "chan.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>

#if defined __SANITIZE_THREAD__ || defined __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif
#ifdef CHAN_FIBERS
#define FIBERS 1
#else
#define FIBERS 0
#endif

/* ===== Saying how to play it again ======================================= */

static inline void stress_say_again(void)
{
    const char *line = atomic_load(&stress.again);
    ssize_t ignored = write(2, line, strlen(line));
    (void)ignored;
}

/* Prints the failure and the command that repeats it, and ends the process at once. */
__attribute__((noreturn, format(printf, 1, 2))) static inline void fail(
    const char *what, ...)
{
    char line[300];
    va_list args;
    va_start(args, what);
    vsnprintf(line, sizeof line, what, args);
    va_end(args);
    dprintf(2, "%s: %s\n", stress.program, line);
    stress_say_again();
    _exit(1);
}

static inline void stress_option(char *line, char letter, long long value)
{
    size_t n = strlen(line);
    if (value > 0)
        snprintf(line + n, STRESS_LINE - n, " -%c %lld", letter, value);
}

/* Call it before each round, and in a child for its own round. It writes the line
 * that is not in use, because the watch may print the other one at any time. */
static inline void stress_begin(uint64_t seed)
{
    static char lines[2][STRESS_LINE];
    char *line = lines[atomic_load(&stress.again) == lines[0]];
    stress.seed = seed;
    snprintf(line, STRESS_LINE, "again by: %.200s -k -t 60 -s %" PRIu64,
             stress.program, seed);
    stress_option(line, 'p', stress.pauses);
    stress_option(line, 'i', stress.signal_us);
    stress_option(line, 'n', stress.n);
    strcat(line, "\n");
    atomic_store(&stress.again, line);
}

static inline void stress_on_crash(int number)
{
    stress_say_again();
    signal(number, SIG_DFL);
    raise(number);
}

#if SANITIZED
void __sanitizer_set_death_callback(void (*callback)(void));
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "halt_on_error=1:die_after_fork=0:atexit_sleep_ms=10";
}
#endif

/* After a crash prints the command that repeats it. Then the signal ends the process. */
static inline void stress_expect_crashes(void)
{
    signal(SIGABRT, stress_on_crash);
#if SANITIZED
    __sanitizer_set_death_callback(stress_say_again);
#else
    signal(SIGSEGV, stress_on_crash);
    signal(SIGBUS, stress_on_crash);
#endif
}

/* ===== Watching, and signals ============================================= */

static inline void progress(long long steps)
{
    atomic_fetch_add_explicit(&stress.done, steps, memory_order_relaxed);
}

/* Ends a program in which nothing has moved for 40 seconds. The watch counts its own
 * naps, not the time, because nothing can move while the process is stopped. */
static inline void *stress_watch(void *arg)
{
    (void)arg;
    long long before = -1;
    for (int still = 0; still < 200; still++) {
        long long done = atomic_load(&stress.done);
        if (done != before)
            still = 0;
        before = done;
        nap_us(200000);
    }
    fail("hangs: nothing moves any more");
}

static inline void stress_on_signal(int number)
{
    (void)number;
    stress_count(&stress_counts->signalled);
}

/* Sends SIGUSR1 once to each thread of the process except this one. */
static inline void stress_signal_all(void)
{
    DIR *threads = opendir("/proc/self/task");
    struct dirent *entry;
    while (threads && (entry = readdir(threads))) {
        long tid = strtol(entry->d_name, NULL, 10);
        if (tid <= 0 || tid == syscall(SYS_gettid))
            continue;
        syscall(SYS_tgkill, getpid(), tid, SIGUSR1);
        nap_us(stress.signal_us);
    }
    if (threads)
        closedir(threads);
}

static inline void *stress_storm(void *arg)
{
    for (;;)
        stress_signal_all();
    return arg;
}

static inline void stress_start(void *(*thread_main)(void *))
{
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* not for the thread */
    if (pthread_create(&thread, NULL, thread_main, NULL) == 0)
        pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* From now on SIGALRM comes to the process, and SIGUSR1 to its threads. If the program
 * forks, its children get the signals. Interrupted calls are not restarted. */
static inline void stress_storm_begins(void)
{
    struct sigaction counted = {.sa_handler = stress_on_signal};
    struct timeval every = {.tv_usec = stress.signal_us};
    if (stress.signal_us == 0)
        return;
    sigaction(SIGALRM, &counted, NULL);
    sigaction(SIGUSR1, &counted, NULL);
    setitimer(ITIMER_REAL, &(struct itimerval){every, every}, NULL);
    if (!stress.forks)
        stress_start(stress_storm);
}

/* Forks a child that ends with its parent, or after `seconds`. Returns 0 in the
 * child, where the storm of signals begins at once. For the kernel the parent is the
 * thread, which with fibers may be a worker that ends earlier. */
static inline pid_t fork_for(unsigned seconds)
{
    pid_t child = fork();
    if (child < 0)
        fail("no process: %s", strerror(errno));
    if (child == 0) {
        if (!FIBERS)
            prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGALRM, SIG_DFL);
        alarm(seconds);
        if (stress.signal_us)
            stress_start(stress_storm);
    }
    return child;
}

static inline void stress_share_counts(void)
{
    void *shared = mmap(NULL, sizeof *stress_counts, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared != MAP_FAILED)
        stress_counts = shared;
}

/* Returns the status of a child, even if signals interrupt the wait. */
static inline int wait_for(pid_t child)
{
    int status = -1;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            fail("there is no child %d", (int)child);
    return status;
}

/* ===== Options, and the rounds =========================================== */

__attribute__((noreturn)) static inline void stress_usage(int status)
{
    fprintf(status ? stderr : stdout,
            "usage: %s [-t SECONDS | -r ROUNDS] [-s SEED] [-k] [-p STEPS]"
            " [-i US] [-n N]\n"
            "  -t  play rounds for so long (10)    -r  play so many\n"
            "  -s  seed of the first round         -k  and of all others\n"
            "  -p  pause at one of STEPS steps     -i  a signal every US"
            " microseconds\n"
            "  -n  size of a round, where it has one\n",
            stress.program);
    exit(status);
}

static inline unsigned long long stress_number(const char *text)
{
    char *end;
    unsigned long long n = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end)
        stress_usage(2);
    return n;
}

static inline void stress_options(int argc, char **argv)
{
    stress.program = argv[0];
    stress.seed = (uint64_t)now_ms();
    for (int letter; (letter = getopt(argc, argv, "t:r:s:p:i:n:kh")) != -1;) {
        if (letter == '?' || letter == 'h')
            stress_usage(letter == 'h' ? 0 : 2);
        unsigned long long value = optarg ? stress_number(optarg) : 0;
        switch (letter) {
        case 't':
            stress.seconds = (long)value;
            break;
        case 'r':
            stress.rounds = (long)value;
            break;
        case 's':
            stress.seed = value;
            break;
        case 'p':
            stress.pauses = (unsigned)value;
            break;
        case 'i':
            stress.signal_us = (unsigned)(value < 999999 ? value : 999999);
            break;
        case 'n':
            stress.n = (long)value;
            break;
        case 'k':
            stress.keep = true;
        }
    }
    if (optind < argc)
        stress_usage(2);
}

static inline int stress_main(int argc, char **argv, void (*play)(uint64_t),
                              const char *verdict)
{
    stress_options(argc, argv);
    stress_expect_crashes();
    stress_begin(stress.seed);
    if (stress.forks)
        stress_share_counts();
    else
        stress_start(stress_watch);
    stress_storm_begins();
    long long rounds = 0, end = now_ms() + stress.seconds * 1000;
    uint64_t seed = stress.seed;
    do {
        stress_begin(stress.keep ? seed : seed + (uint64_t)rounds);
        play(stress.seed);
        progress(1);
        rounds++;
    } while (stress.rounds ? rounds < stress.rounds : now_ms() < end);
    printf("%lld rounds, %lld steps, %lld pauses, %lld signals: %s\n", rounds,
           (long long)stress.done, (long long)stress_counts->paused,
           (long long)stress_counts->signalled, verdict);
    return 0;
}

#endif
