/* program.h -- the program's beginning and end.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_PROGRAM_H
#define CHAN_LAB_PROGRAM_H
#include "wrap_pthread.h"

/* Of a signal: leaves what we have. If it meets us with the lock, and can wait, it comes again when
 * we let go. Others may keep the lock for a moment; if not, something is badly wrong. */
static inline void chan_lab_dies_(int number) {
    bool waits = number != SIGABRT && number != SIGSEGV && number != SIGBUS && number != SIGFPE
                 && number != SIGILL;
    chan_lab_looks_for_parent_();
    if (chan_lab_own_.holds && waits) { chan_lab_own_.died = number; return; }
    for (int ms = 0; !chan_lab_own_.holds && ms < 200; ms++) {
        if ((pthread_mutex_trylock)(&chan_lab_.lock) == 0) break;
        (nanosleep)(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    struct chan_lab_events_ *last = me ? me->last_events : NULL;
    if (last && number == SIGABRT && last->n < last->room) {
        struct chan_lab_event_ *e = &last->event[last->n++];
        e->when = chan_lab_clock_(), e->kind = CHAN_LAB_ABORT_;
    }
    chan_lab_writes_all_();
    signal(number, SIG_DFL);
    raise(number);
}
static inline bool chan_lab_finds_leaks_(void) {
    chan_lab_enter_();
    if (chan_lab_.seeded) lab_replay_settle();
    else lab_free_settle();
    bool found = lab_report_leaks();
    chan_lab_leave_();
    return found;
}
static inline void chan_lab_says_goodbye_(int status) {
    chan_lab_looks_for_parent_();
    bool leaks = chan_lab_.leaks && chan_lab_finds_leaks_();
    chan_lab_enter_();
    chan_lab_writes_all_();
    chan_lab_leave_();
    if (!leaks || status != 0) return;
    fflush(NULL);
    _exit(4);
}
#ifdef __GLIBC__
static inline void chan_lab_on_exit_(int status, void *unused) {
    (void)unused, chan_lab_says_goodbye_(status);
}
#define chan_lab_at_exit_() on_exit(chan_lab_on_exit_, NULL)
#else /* what main returned nobody tells us; exit() does */
static inline void chan_lab_on_exit_(void) { chan_lab_says_goodbye_(chan_lab_.status); }
LAB_CALL_ _Noreturn void chan_lab_exit_(int status) { chan_lab_.status = status, exit(status); }
#define chan_lab_at_exit_() atexit(chan_lab_on_exit_)
#endif
static inline int chan_lab_opens_(const char *variable, int flags) {
    const char *name = getenv(variable);
    int fd = name && *name ? open(name, flags | O_CLOEXEC, 0666) : -1;
    if (fd >= 0 || !name || !*name) return fd;
    dprintf(2, "%s: %s: %s\n", variable, name, strerror(errno));
    _exit(2);
}
static inline char *chan_lab_reads_(int fd) { /* the whole file */
    size_t len = 0, room = 4096;
    char *text = malloc(room);
    for (ssize_t n; text && (n = read(fd, text + len, room - len - 1)) > 0;)
        if ((len += (size_t)n) + 1 == room) text = realloc(text, room *= 2);
    if (!text) chan_panic_("no memory for the schedule: %s\n", strerror(ENOMEM));
    text[len] = '\0';
    close(fd);
    return text;
}
static inline void *chan_lab_nothing_(void *nothing) { return nothing; }
static inline void chan_lab_refuses_plain_files_(void) {
    if (!chan_lab_plain_) return;
    dprintf(2, "compile all files of a program with -DCHAN_LAB, or none\n");
    _exit(2);
}
/* The ends of threads and of the program call functions of ours: so a plugin that was opened stays
 * in memory when it is closed. A program that opens none need not be linked with dlopen(). */
#if defined __PIC__ && !defined __PIE__
extern __typeof__(dladdr) dladdr __attribute__((weak));
extern __typeof__(dlopen) dlopen __attribute__((weak));
static inline void chan_lab_stays_in_memory_(void) {
    Dl_info ours;
    if (dladdr && dlopen && dladdr((void *)(size_t)chan_lab_stays_in_memory_, &ours))
        dlopen(ours.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}
#else
#define chan_lab_stays_in_memory_() ((void)0)
#endif
extern void __tsan_init(void) __attribute__((weak)); /* ThreadSanitizer has a thread of its own */
__attribute__((constructor)) static void chan_lab_begins_program_(void) {
    if (chan_lab_.begun) return;
    chan_lab_.begun = true;
    chan_lab_.pid = getpid();
    chan_lab_refuses_plain_files_();
    chan_lab_stays_in_memory_();
    const char *seed = getenv("CHAN_SEED"), *leaks = getenv("CHAN_LEAKS");
    char *end = "";
    if (seed && *seed) {
        chan_lab_.seeded = true, chan_lab_.first = !strcmp(seed, "first");
        if (!chan_lab_.first) chan_lab_.random = strtoull(seed, &end, 10);
        if (*end || *seed == '-') {
            dprintf(2, "CHAN_SEED is a number or `first`, not %s\n", seed);
            _exit(2);
        }
    }
    int from = chan_lab_opens_("CHAN_SCHEDULE", O_RDONLY);
    if (from >= 0) {
        chan_lab_.schedule = chan_lab_reads_(from);
        chan_lab_.seeded = chan_lab_.first = true;
    }
    cpu_set_t here; /* only one runs: on one core the turn is passed on five times as fast */
    CPU_ZERO(&here);
    CPU_SET(sched_getcpu() < 0 ? 0 : (size_t)sched_getcpu(), &here);
    if (chan_lab_.seeded) sched_setaffinity(0, sizeof here, &here);
    int anew = O_WRONLY | O_CREAT | O_TRUNC;
    if (chan_lab_.seeded) chan_lab_log_.to = chan_lab_opens_("CHAN_CHOICES", anew);
    chan_lab_.trace_to = chan_lab_opens_("CHAN_TRACE", anew);
    chan_lab_.tracing = chan_lab_.trace_to >= 0;
    chan_lab_.leaks = leaks && *leaks && strcmp(leaks, "0");
    struct timespec day;
    (clock_gettime)(CLOCK_REALTIME, &day);
    chan_lab_.day = day.tv_sec * 1000000000LL + day.tv_nsec;
    chan_lab_.began = chan_lab_real_();
    chan_lab_.program = program_invocation_short_name;
    pthread_key_create(&chan_lab_.at_end, chan_lab_thread_ends_);
    chan_lab_adopts_("main");
    pthread_t id; /* whose thread is there from our first on */
    if (__tsan_init && (pthread_create)(&id, NULL, chan_lab_nothing_, NULL) == 0)
        (pthread_join)(id, NULL), chan_lab_any_thread_(chan_lab_excuses_);
    pthread_atfork(chan_lab_enter_, chan_lab_leave_, chan_lab_in_child_);
    chan_lab_at_exit_();
    const int deaths[] = { SIGABRT, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGALRM, SIGSEGV,
                           SIGBUS, SIGFPE, SIGILL };
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
        struct sigaction was, now = { .sa_handler = chan_lab_dies_, .sa_flags = SA_RESTART };
        sigfillset(&now.sa_mask);
        if (!chan_lab_.tracing && chan_lab_log_.to < 0) break;
        if (!sigaction(deaths[i], NULL, &was) && was.sa_handler == SIG_DFL)
            sigaction(deaths[i], &now, NULL);
    }
}

#endif
