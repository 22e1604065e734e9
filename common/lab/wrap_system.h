/* wrap_system.h -- stands around system calls that wait for signals and input.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_WRAP_SYSTEM_H
#define CHAN_LAB_WRAP_SYSTEM_H
#include "wrap.h"

/* Without a seed these functions record when a goroutine waits in the kernel, and the report knows
 * it. Under a seed the goroutine gives its turn away. It tries the call without waiting, each time
 * that what it waits for may have come. So a signal or input that this program sends to itself does
 * not make the schedule unrepeatable. */
static inline struct chan_lab_goroutine_ *lab_wrap_goes_out(int fd, bool timed,
                                                             const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_SYSTEM_, NULL, at);
    me->op.n = fd;
    me->interrupted = false;
    if (chan_lab_.seeded) return me;
    me->deadline = timed ? 0 : CHAN_NEVER_;
    lab_record_event(CHAN_LAB_BLOCK_, 0);
    return me;
}
static inline void lab_wrap_comes_back(struct chan_lab_goroutine_ *me) {
    int error = errno;
    if (!chan_lab_.seeded) lab_record_event(CHAN_LAB_WAKE_, 0);
    lab_wrap_done(me);
    errno = error;
}
/* In the laboratory's own functions, and in a signal handler that interrupts them, the calls are
 * what they are. */
static inline bool lab_wrap_is_inside(void) { return chan_lab_own_.holds; }
static inline long long lab_wrap_after(const struct timespec *t) {
    if (!t) return CHAN_NEVER_;
    return chan_plus_(chan_lab_.now,
                      chan_plus_(chan_within_((chan_integer_)t->tv_sec * 1000000000, 0),
                                 t->tv_nsec));
}
static inline bool lab_wrap_is_zero(const struct timespec *t) {
    return t && t->tv_sec == 0 && t->tv_nsec == 0;
}
static inline bool lab_wrap_is_pending(unsigned long long pending, const sigset_t *set) {
    for (int i = 0; pending >> i; i++)
        if ((pending >> i & 1) && sigismember(set, i + 1) == 1) return true;
    return false;
}
/* A thread sees the signals that were sent to the process, and to itself. Those that were sent to
 * another thread only the kernel knows, and a look at them takes longer. */
static inline bool lab_wrap_signal_has_come(const struct chan_lab_goroutine_ *g, bool idle) {
    char text[2048];
    sigset_t pending;
    sigpending(&pending);
    for (int i = 1; i < _NSIG; i++)
        if (sigismember(&pending, i) == 1 && sigismember(g->outside, i) == 1) return true;
    if (!idle || !lab_threads_read(g->tid, "status", text, sizeof text)) return false;
    const char *own = strstr(text, "SigPnd:"), *shared = strstr(text, "ShdPnd:");
    return (own && lab_wrap_is_pending(strtoull(own + 7, NULL, 16), g->outside))
           || (shared && lab_wrap_is_pending(strtoull(shared + 7, NULL, 16), g->outside));
}
static inline int lab_wrap_take_signal(const sigset_t *set, siginfo_t *info,
                                       const struct timespec *timeout, const char *at) {
    static const struct timespec none;
    int number;
    struct chan_lab_goroutine_ *me = lab_wrap_goes_out(-1, timeout, at);
    if (!chan_lab_.seeded) {
        number = timeout ? (sigtimedwait)(set, info, timeout) : (sigwaitinfo)(set, info);
        lab_wrap_comes_back(me);
        return number;
    }
    long long until = lab_wrap_after(timeout);
    lab_state_enter();
    while ((number = (sigtimedwait)(set, info, &none)) < 0 && errno == EAGAIN
           && chan_lab_.now < until && !me->interrupted && !lab_replay_is_cancelled(me))
        lab_replay_wait_outside(me, lab_wrap_signal_has_come, set, until);
    if (number < 0 && errno == EAGAIN && me->interrupted) errno = EINTR;
    int error = errno;
    lab_state_leave();
    if (number < 0) lab_replay_test_cancel(me);
    errno = error;
    lab_wrap_comes_back(me);
    return number;
}
LAB_CALL_ int lab_wrap_sigtimedwait(const sigset_t *set, siginfo_t *info,
                                    const struct timespec *timeout, const char *at) {
    if (lab_wrap_is_inside()) return (sigtimedwait)(set, info, timeout);
    if (!lab_wrap_is_zero(timeout)) return lab_wrap_take_signal(set, info, timeout, at);
    if (chan_lab_replays_()) lab_wrap_done(lab_wrap_begin(CHAN_LAB_LOOK_, NULL, at));
    return (sigtimedwait)(set, info, timeout);
}
LAB_CALL_ int lab_wrap_sigwaitinfo(const sigset_t *set, siginfo_t *info, const char *at) {
    return lab_wrap_is_inside() ? (sigwaitinfo)(set, info)
                                : lab_wrap_take_signal(set, info, NULL, at);
}
LAB_CALL_ int lab_wrap_sigwait(const sigset_t *set, int *number, const char *at) {
    int got;
    if (lab_wrap_is_inside()) return (sigwait)(set, number);
    do got = lab_wrap_take_signal(set, NULL, NULL, at);
    while (got < 0 && errno == EINTR);
    if (got > 0) *number = got;
    return got > 0 ? 0 : errno;
}
/* Calls that change the signal mask while they wait: under a seed the goroutine is outside. */
static inline struct chan_lab_goroutine_ *lab_wrap_leaves(int fd, bool timed,
                                                          const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_goes_out(fd, timed, at);
    if (!chan_lab_.seeded) return me;
    lab_state_enter();
    lab_record_event(CHAN_LAB_BLOCK_, 0);
    lab_replay_go_outside(me, "system call");
    lab_state_leave();
    return me;
}
static inline void lab_wrap_returns(struct chan_lab_goroutine_ *me) {
    int error = errno;
    if (chan_lab_.seeded) {
        lab_state_enter();
        lab_replay_come_back(me);
        lab_record_event(CHAN_LAB_WAKE_, 0);
        lab_state_leave();
    }
    errno = error;
    lab_wrap_comes_back(me);
}
LAB_CALL_ int lab_wrap_sigsuspend(const sigset_t *mask, const char *at) {
    if (lab_wrap_is_inside()) return (sigsuspend)(mask);
    struct chan_lab_goroutine_ *me = lab_wrap_leaves(-1, false, at);
    int result = (sigsuspend)(mask);
    lab_wrap_returns(me);
    return result;
}
/* poll() and its relatives. */
struct lab_wrap_events { int (*try)(const struct lab_wrap_events *); struct pollfd *fds; nfds_t n;
                         int epoll; struct epoll_event *events; int max; };
static inline int lab_wrap_try_poll(const struct lab_wrap_events *w) {
    return (poll)(w->fds, w->n, 0);
}
static inline int lab_wrap_try_epoll(const struct lab_wrap_events *w) {
    return (epoll_wait)(w->epoll, w->events, w->max, 0);
}
static inline bool lab_wrap_event_has_come(const struct chan_lab_goroutine_ *g, bool idle) {
    const struct lab_wrap_events *w = g->outside;
    struct pollfd epoll = { .fd = w->epoll, .events = POLLIN };
    (void)idle;
    return w->events ? (poll)(&epoll, 1, 0) != 0 : (poll)(w->fds, w->n, 0) != 0;
}
static inline int lab_wrap_first_fd(const struct pollfd *fds, nfds_t n) {
    for (nfds_t i = 0; i < n; i++)
        if (fds[i].fd >= 0) return fds[i].fd;
    return -1;
}
static inline int lab_wrap_take_events(const struct lab_wrap_events *w, int fd,
                                       const struct timespec *timeout, const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_goes_out(fd, timeout, at);
    long long until = lab_wrap_after(timeout);
    int n;
    lab_state_enter();
    while ((n = w->try(w)) == 0 && chan_lab_.now < until && !me->interrupted
           && !lab_replay_is_cancelled(me))
        lab_replay_wait_outside(me, lab_wrap_event_has_come, w, until);
    bool interrupted = n == 0 && me->interrupted;
    int error = errno;
    lab_state_leave();
    if (n == 0) lab_replay_test_cancel(me);
    errno = interrupted ? EINTR : error;
    lab_wrap_comes_back(me);
    return interrupted ? -1 : n;
}
/* Under a seed; false if the call does not wait. */
static inline bool lab_wrap_replays_wait(const struct timespec *timeout, const char *at) {
    if (!chan_lab_replays_()) return false;
    if (lab_wrap_is_zero(timeout)) lab_wrap_done(lab_wrap_begin(CHAN_LAB_LOOK_, NULL, at));
    return !lab_wrap_is_zero(timeout);
}
LAB_CALL_ int lab_wrap_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
                             const sigset_t *mask, const char *at) {
    struct lab_wrap_events w = { .try = lab_wrap_try_poll, .fds = fds, .n = n };
    int fd = lab_wrap_first_fd(fds, n);
    if (!mask && lab_wrap_replays_wait(timeout, at))
        return lab_wrap_take_events(&w, fd, timeout, at);
    if (lab_wrap_is_inside() || lab_wrap_is_zero(timeout)) return (ppoll)(fds, n, timeout, mask);
    struct chan_lab_goroutine_ *me = lab_wrap_leaves(fd, timeout, at);
    int result = (ppoll)(fds, n, timeout, mask);
    lab_wrap_returns(me);
    return result;
}
/* A negative number of milliseconds means forever, which is NULL. */
static inline const struct timespec *lab_wrap_ms(int ms, struct timespec *t) {
    *t = (struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
    return ms < 0 ? NULL : t;
}
LAB_CALL_ int lab_wrap_poll(struct pollfd *fds, nfds_t n, int ms, const char *at) {
    struct timespec t;
    return lab_wrap_ppoll(fds, n, lab_wrap_ms(ms, &t), NULL, at);
}
LAB_CALL_ int lab_wrap_epoll_pwait(int epoll, struct epoll_event *events, int max, int ms,
                                   const sigset_t *mask, const char *at) {
    struct lab_wrap_events w = { .try = lab_wrap_try_epoll, .epoll = epoll, .events = events,
                                 .max = max };
    struct timespec t;
    const struct timespec *timeout = lab_wrap_ms(ms, &t);
    if (!mask && lab_wrap_replays_wait(timeout, at))
        return lab_wrap_take_events(&w, epoll, timeout, at);
    if (lab_wrap_is_inside() || ms == 0) return (epoll_pwait)(epoll, events, max, ms, mask);
    struct chan_lab_goroutine_ *me = lab_wrap_leaves(epoll, timeout, at);
    int result = (epoll_pwait)(epoll, events, max, ms, mask);
    lab_wrap_returns(me);
    return result;
}

#endif
