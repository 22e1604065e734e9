/* program.h -- the program's beginning and end.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_PROGRAM_H
#define CHAN_LAB_PROGRAM_H
#include "now.h"
#include "serve.h"
#include "wrap_c11.h"
#include "wrap_system.h"

/* Handles a deadly signal: writes what was recorded. If this thread holds the lock and the signal
 * can wait, the signal is raised again after the unlock. Another thread keeps the lock only for a
 * moment. */
static inline void lab_program_die(int number) {
    bool waits = number != SIGABRT && number != SIGSEGV && number != SIGBUS && number != SIGFPE
                 && number != SIGILL;
    lab_wrap_look_for_parent();
    if (chan_lab_own_.holds && waits) { chan_lab_own_.died = number; return; }
    lab_state_enter_to_die();
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    struct chan_lab_events_ *last = me ? me->last_events : NULL;
    if (last && chan_lab_.tracing && number == SIGABRT && last->n < last->room) {
        struct chan_lab_event_ *e = &last->event[last->n++];
        e->when = lab_state_clock();
        e->kind = CHAN_LAB_ABORT_;
    }
    if (number == SIGABRT) lab_report_say_woke();
    lab_flight_print();
    lab_record_write_all();
    signal(number, SIG_DFL);
    raise(number);
}
/* Called when a sanitizer ends the program after a report, without exit(). */
static inline void lab_program_on_death(void) {
    lab_state_enter_to_die();
    lab_record_write_all();
}
extern void __sanitizer_set_death_callback(void (*f)(void)) __attribute__((weak));
/* Handles SIGQUIT: prints what each goroutine does, and the program goes on. A second one within a
 * second ends the program, as it does without the laboratory. If this thread holds the lock, the
 * signal is raised again after the unlock. */
static inline void lab_program_show(int number) {
    static struct lab_text o = { .to = 2 };
    static atomic_llong last = -1000000000;
    int error = errno;
    long long now = lab_state_real_clock();
    if (chan_lab_own_.holds) {
        if (!chan_lab_own_.died) chan_lab_own_.died = number;
        return;
    }
    if (now - atomic_exchange(&last, now) < 1000000000) {
        lab_program_die(number);
        return;
    }
    lab_wrap_look_for_parent();
    if (!lab_state_enter_to_die()) return;
    lab_now_put_table(&o);
    (pthread_mutex_unlock)(&chan_lab_.lock);
    lab_text_flush(&o);
    errno = error;
}
static inline void lab_program_mention_left(void) {
    lab_state_enter();
    int n = lab_now_count_left();
    lab_state_leave();
    if (n == 1) dprintf(2, "1 goroutine is still blocked; CHAN_LEAKS=1 shows it\n");
    if (n > 1) dprintf(2, "%d goroutines are still blocked; CHAN_LEAKS=1 shows them\n", n);
}
/* The goroutines that run on after main's return print nothing: without CHAN_LEAKS they would not
 * have run. Returns the descriptor of the output, or -1. */
static inline int lab_program_hide_output(void) {
    if (!chan_lab_.seeded || !chan_lab_.live || !chan_lab_.live->next) return -1;
    if (ftrylockfile(stdout) != 0) return -1;
    fflush(stdout);
    funlockfile(stdout);
    int output = fcntl(1, F_DUPFD_CLOEXEC, 3), nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (output >= 0 && nothing >= 0) dup2(nothing, 1);
    if (nothing >= 0) close(nothing);
    return output;
}
static inline void lab_program_show_output(int output) {
    if (output < 0) return;
    if (ftrylockfile(stdout) == 0) {
        fflush(stdout);
        funlockfile(stdout);
    }
    dup2(output, 1);
    close(output);
}
static inline bool lab_program_finds_leaks(void) {
    static struct lab_text o = { .to = 2 };
    int output = lab_program_hide_output();
    lab_state_enter();
    if (chan_lab_.seeded) lab_replay_settle();
    else lab_free_settle();
    bool found = lab_report_leaks(&o);
    lab_state_leave();
    lab_program_show_output(output);
    lab_text_flush(&o);
    return found;
}
static inline void lab_program_end(int status) {
    lab_wrap_look_for_parent();
    bool leaks = chan_lab_.leaks && lab_program_finds_leaks();
    if (status == 0 && chan_lab_.mentions) lab_program_mention_left();
    lab_state_enter();
    lab_record_write_all();
    lab_state_leave();
    if (!leaks || status != 0) return;
    fflush(NULL);
    _exit(4);
}
#ifdef __GLIBC__
static inline void lab_program_on_exit(int status, void *unused) {
    (void)unused;
    lab_program_end(status);
}
#define lab_program_at_exit() on_exit(lab_program_on_exit, NULL)
#else /* The status that main returned is unknown; that of exit() is known. */
static inline void lab_program_on_exit(void) { lab_program_end(chan_lab_.status); }
LAB_CALL_ _Noreturn void lab_program_exit(int status) { chan_lab_.status = status, exit(status); }
#define lab_program_at_exit() atexit(lab_program_on_exit)
#endif
static inline int lab_program_open(const char *variable, int flags) {
    const char *name = getenv(variable);
    int fd = name && *name ? open(name, flags | O_CLOEXEC, 0666) : -1;
    if (fd >= 0 || !name || !*name) return fd;
    dprintf(2, "%s: %s: %s\n", variable, name, strerror(errno));
    _exit(2);
}
static inline char *lab_program_read(int fd) { /* the whole file */
    size_t len = 0, room = 4096;
    char *text = malloc(room);
    for (ssize_t n; text && (n = read(fd, text + len, room - len - 1)) > 0;)
        if ((len += (size_t)n) + 1 == room) text = realloc(text, room *= 2);
    if (!text) chan_panic_("no memory for the schedule: %s\n", strerror(ENOMEM));
    text[len] = '\0';
    close(fd);
    return text;
}
static inline void *lab_program_nothing(void *nothing) { return nothing; }
static inline void lab_program_refuse_plain_files(void) {
    if (!chan_lab_plain_) return;
    dprintf(2, "compile all files of a program with -DCHAN_LAB, or none\n");
    _exit(2);
}
/* A plugin with the laboratory in it stays in memory when it is closed, because the ends of threads
 * and of the program call its functions. A program without plugins need not be linked with
 * dlopen(). */
#if defined __PIC__ && !defined __PIE__
extern __typeof__(dladdr) dladdr __attribute__((weak));
extern __typeof__(dlopen) dlopen __attribute__((weak));
static inline void lab_program_stay_in_memory(void) {
    Dl_info ours;
    if (dladdr && dlopen && dladdr((void *)(size_t)lab_program_stay_in_memory, &ours))
        dlopen(ours.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}
#else
#define lab_program_stay_in_memory() ((void)0)
#endif
static inline void lab_program_handle(int number, void (*handler)(int)) {
    struct sigaction was, now = { .sa_handler = handler, .sa_flags = SA_RESTART };
    sigfillset(&now.sa_mask);
    if (sigaction(number, NULL, &was) == 0 && was.sa_handler == SIG_DFL)
        sigaction(number, &now, NULL);
}
extern void __tsan_init(void) __attribute__((weak)); /* ThreadSanitizer has a thread of its own */
__attribute__((constructor)) static void lab_program_begin(void) {
    if (chan_lab_.begun) return;
    chan_lab_.begun = true;
    lab_serve_runs();
    chan_lab_.pid = getpid();
    lab_program_refuse_plain_files();
    lab_program_stay_in_memory();
    const char *seed = getenv("CHAN_SEED"), *leaks = getenv("CHAN_LEAKS");
    char *end = "";
    if (seed && *seed) {
        chan_lab_.seeded = true;
        chan_lab_.first = !strcmp(seed, "first");
        if (!chan_lab_.first) chan_lab_.random = strtoull(seed, &end, 10);
        if (*end || *seed == '-') {
            dprintf(2, "CHAN_SEED is a number or `first`, not %s\n", seed);
            _exit(2);
        }
    }
    int from = lab_program_open("CHAN_SCHEDULE", O_RDONLY);
    if (from >= 0) {
        chan_lab_.schedule = lab_program_read(from);
        chan_lab_.first = chan_lab_.first || !chan_lab_.seeded; /* a seed chooses later */
        chan_lab_.seeded = true;
    }
    if (chan_lab_.seeded && !chan_lab_.first) lab_choose_begin(chan_lab_.random);
    cpu_set_t here; /* only one runs: on one core the turn is passed on five times as fast */
    CPU_ZERO(&here);
    CPU_SET(sched_getcpu() < 0 ? 0 : (size_t)sched_getcpu(), &here);
    if (chan_lab_.seeded) sched_setaffinity(0, sizeof here, &here);
    int anew = O_WRONLY | O_CREAT | O_TRUNC;
    if (chan_lab_.seeded) lab_record_choices_.to = lab_program_open("CHAN_CHOICES", anew);
    chan_lab_.trace_to = lab_program_open("CHAN_TRACE", anew);
    chan_lab_.tracing = chan_lab_.trace_to >= 0;
    chan_lab_.mentions = !leaks || !*leaks;
    chan_lab_.leaks = !chan_lab_.mentions && strcmp(leaks, "0");
    struct timespec day;
    (clock_gettime)(CLOCK_REALTIME, &day);
    chan_lab_.day = day.tv_sec * 1000000000LL + day.tv_nsec;
    chan_lab_.began = lab_state_real_clock();
    chan_lab_.program = program_invocation_short_name;
    pthread_key_create(&chan_lab_.at_end, lab_wrap_thread_end);
    chan_lab_.flight = lab_flight_wanted(getenv("CHAN_FLIGHT"));
    bool records = chan_lab_.tracing || chan_lab_.flight || lab_record_choices_.to >= 0;
    lab_crash_install(records ? lab_program_die : NULL);
    lab_wrap_adopt("main");
    pthread_t id; /* ThreadSanitizer's thread starts with our first one */
    if (__tsan_init && (pthread_create)(&id, NULL, lab_program_nothing, NULL) == 0) {
        (pthread_join)(id, NULL);
        lab_threads_any(lab_threads_excuse);
    }
    pthread_atfork(lab_state_enter, lab_state_leave, lab_wrap_in_child);
    lab_program_at_exit();
    if (__sanitizer_set_death_callback) __sanitizer_set_death_callback(lab_program_on_death);
    lab_program_handle(SIGQUIT, lab_program_show);
    const int deaths[] = { SIGABRT, SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGALRM };
    for (size_t i = 0; records && i < sizeof deaths / sizeof *deaths; i++)
        lab_program_handle(deaths[i], lab_program_die);
    lab_threads_note_handlers();
}

#endif
