/* outside.h -- the outside of the program: signals, input, child processes, and the threads of
 * libraries.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_OUTSIDE_H
#define CHAN_LAB_OUTSIDE_H
#include "report.h"
#include "threads.h"

/* The system calls in which a thread waits for the outside. */
enum lab_outside_source { LAB_OUTSIDE_INPUT, LAB_OUTSIDE_EVENTS, LAB_OUTSIDE_SIGNAL,
                          LAB_OUTSIDE_CHILD };
struct lab_outside_call { long number; const char *name; enum lab_outside_source waits_for; };
static const struct lab_outside_call lab_outside_calls[] = {
    { SYS_read, "read", LAB_OUTSIDE_INPUT }, { SYS_readv, "readv", LAB_OUTSIDE_INPUT },
    { SYS_recvfrom, "recv", LAB_OUTSIDE_INPUT }, { SYS_recvmsg, "recvmsg", LAB_OUTSIDE_INPUT },
    { SYS_accept, "accept", LAB_OUTSIDE_INPUT }, { SYS_accept4, "accept4", LAB_OUTSIDE_INPUT },
    { SYS_connect, "connect", LAB_OUTSIDE_INPUT }, { SYS_ppoll, "poll", LAB_OUTSIDE_EVENTS },
    { SYS_pselect6, "select", LAB_OUTSIDE_EVENTS },
    { SYS_epoll_pwait, "epoll_wait", LAB_OUTSIDE_EVENTS },
    { SYS_rt_sigtimedwait, "sigwait", LAB_OUTSIDE_SIGNAL },
    { SYS_rt_sigsuspend, "sigsuspend", LAB_OUTSIDE_SIGNAL },
    { SYS_wait4, "waitpid", LAB_OUTSIDE_CHILD }, { SYS_waitid, "waitid", LAB_OUTSIDE_CHILD },
#ifdef SYS_poll /* some machines have only the newer calls */
    { SYS_poll, "poll", LAB_OUTSIDE_EVENTS },
#endif
#ifdef SYS_select
    { SYS_select, "select", LAB_OUTSIDE_EVENTS },
#endif
#ifdef SYS_epoll_wait
    { SYS_epoll_wait, "epoll_wait", LAB_OUTSIDE_EVENTS },
#endif
#ifdef SYS_pause
    { SYS_pause, "pause", LAB_OUTSIDE_SIGNAL },
#endif
};
/* The one that the thread is in, by the kernel's word, or NULL. `fd` is its first argument. */
static inline const struct lab_outside_call *lab_outside_call_of(pid_t tid, long *fd) {
    char text[128];
    long number = -1;
    unsigned long first = 0;
    size_t n = lab_threads_read(tid, "syscall", text, sizeof text);
    if (n == 0 || sscanf(text, "%ld %lx", &number, &first) != 2) return NULL;
    *fd = (long)(int)first;
    for (size_t i = 0; i < sizeof lab_outside_calls / sizeof *lab_outside_calls; i++)
        if (lab_outside_calls[i].number == number) return &lab_outside_calls[i];
    return NULL;
}
/* What a goroutine waits for outside, if it does, and the descriptor, if it is known. */
static inline const struct lab_outside_call *lab_outside_of(const struct chan_lab_goroutine_ *g,
                                                            long *fd) {
    static const struct lab_outside_call signal = { 0, "", LAB_OUTSIDE_SIGNAL };
    static const struct lab_outside_call input = { 0, "", LAB_OUTSIDE_INPUT };
    if (g->op.kind == CHAN_LAB_SYSTEM_) {
        *fd = (long)g->op.n;
        return *fd < 0 ? &signal : &input;
    }
    if (g->op.kind == CHAN_LAB_SEM_ && g->has_come) return &signal; /* its handler may post */
    if (g == chan_lab_me_) return NULL; /* it asks, in a signal handler: that hides its own call */
    return g->op.kind == CHAN_LAB_NONE_ && g->tid ? lab_outside_call_of(g->tid, fd) : NULL;
}
/* Under a seed: whether a goroutine waits for input in a redirected call. */
static inline bool lab_outside_expects_input(void) {
    if (chan_lab_.outsiders == 0) return false;
    lab_state_each(g) if (g->has_come && g->op.n >= 0) return true;
    return false;
}
static inline const char *lab_outside_words(const struct lab_outside_call *call) {
    return call->waits_for == LAB_OUTSIDE_SIGNAL ? "a signal"
           : call->waits_for == LAB_OUTSIDE_CHILD ? "a child process" : "input";
}
static inline void lab_outside_put_source(struct lab_text *o, const struct lab_outside_call *call,
                                          long fd) {
    lab_text_put(o, "%s", lab_outside_words(call));
    if (call->waits_for == LAB_OUTSIDE_INPUT) lab_text_put(o, " (file descriptor %ld)", fd);
}
/* With the lock: reports that all goroutines are blocked, and what can wake those that wait for the
 * outside. Without a seed the threads must have been counted as asleep. Returns false, and reports
 * nothing, if another goroutine may run. */
static inline bool lab_outside_is_blocked(struct chan_lab_goroutine_ *g, bool *outside) {
    long fd;
    *outside = false;
    if (g->op.kind == CHAN_LAB_SYSTEM_ && g->deadline < CHAN_NEVER_) return false;
    *outside = lab_outside_of(g, &fd) != NULL;
    if (*outside) return true;
    if (chan_lab_.seeded) return g->state == CHAN_LAB_BLOCKED_ && g->deadline == CHAN_NEVER_;
    return (g->parked && !g->parked_timed) || g->joins || g->asleep;
}
static inline bool lab_outside_put_all_blocked(struct lab_text *o) {
    int n = 0;
    lab_state_each(g) {
        bool outside;
        if (!lab_outside_is_blocked(g, &outside)) return false;
        n += outside;
    }
    if (n == 0) return false;
    lab_text_put(o, "all goroutines are blocked");
    lab_state_each(g) {
        long fd = -1;
        const struct lab_outside_call *call = lab_outside_of(g, &fd);
        if (!call) continue;
        lab_text_put(o, "; only ");
        lab_outside_put_source(o, call, fd);
        lab_text_put(o, " can wake goroutine %d (%s)", g->number, g->name);
    }
    lab_text_put(o, "\n");
    return true;
}
/* Threads that are not counted keep a report back, because they may still send. */
struct lab_outside_lines { struct lab_text *to; const char *begin; };
static struct lab_outside_lines lab_outside_threads;
static inline bool lab_outside_put_thread(pid_t tid) {
    char name[32];
    if (!lab_threads_is_stranger(tid)) return false;
    lab_threads_read(tid, "comm", name, sizeof name);
    name[strcspn(name, "\n")] = '\0';
    lab_text_put(lab_outside_threads.to, "%sthread %d (%s) was not started by go or pthread_create "
                 "here, and may still send\n", lab_outside_threads.begin, (int)tid, name);
    return false;
}
static inline void lab_outside_put_threads(struct lab_text *o, const char *begin) {
    lab_outside_threads = (struct lab_outside_lines){ o, begin };
    lab_threads_any(lab_outside_put_thread);
}
/* With the lock, under a seed, if nothing has happened for a second. */
static inline void lab_outside_report_idle(void) {
    static struct lab_text o = { .to = 2 };
    if (!lab_outside_put_all_blocked(&o) && chan_lab_.outside == 0)
        lab_outside_put_threads(&o, "no report: ");
    lab_text_flush(&o);
}

#endif
