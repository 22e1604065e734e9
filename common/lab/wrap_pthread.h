/* wrap_pthread.h -- stands around what else can block, or tells the time.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_WRAP_PTHREAD_H
#define CHAN_LAB_WRAP_PTHREAD_H
#include "wrap.h"

LAB_CALL_ void chan_lab_sleep_ms_(long long ms, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_SLEEP_, NULL, at);
    struct chan_lab_event_ *e = chan_lab_reserves_(me);
    if (chan_lab_.seeded) chan_lab_sleeps_(me, chan_plus_(chan_lab_.now, chan_ns_(ms)));
    else chan_sleep_(ms);
    chan_lab_ended_(me, e, CHAN_LAB_SLEEP_);
}
/* Until `ns` of the virtual monotonic clock, or of the virtual time of day: that of the start, and
 * as much later. A deadline beyond the monotonic clock's first 30 years is a time of day. */
static inline long long chan_lab_until_(const struct timespec *t) {
    long long ns = chan_plus_(chan_within_((chan_integer_)t->tv_sec * 1000000000, 0), t->tv_nsec);
    return ns - (t->tv_sec > 1000000000 ? chan_lab_.day : CHAN_LAB_EPOCH_S_ * 1000000000LL);
}
LAB_CALL_ int chan_lab_clock_nanosleep_(clockid_t clock, int flags, const struct timespec *t,
                                            struct timespec *rest, const char *at) {
    if (t->tv_nsec < 0 || t->tv_nsec > 999999999 || t->tv_sec < 0) return EINVAL;
    int error = 0;
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_SLEEP_, NULL, at);
    struct chan_lab_event_ *e = chan_lab_reserves_(me);
    long long ns = chan_plus_(chan_within_((chan_integer_)t->tv_sec * 1000000000, 0), t->tv_nsec);
    if (!chan_lab_.seeded) error = (clock_nanosleep)(clock, flags, t, rest);
    else if (flags & TIMER_ABSTIME) chan_lab_sleeps_(me, chan_lab_until_(t));
    else chan_lab_sleeps_(me, chan_plus_(chan_lab_.now, ns));
    chan_lab_ended_(me, e, CHAN_LAB_SLEEP_);
    return error;
}
LAB_CALL_ int chan_lab_nanosleep_(const struct timespec *t, struct timespec *rest,
                                      const char *at) {
    int error = chan_lab_clock_nanosleep_(CLOCK_REALTIME, 0, t, rest, at);
    return error ? errno = error, -1 : 0;
}
LAB_CALL_ unsigned chan_lab_sleep_(unsigned s, const char *at) {
    struct timespec rest = { .tv_sec = 0 };
    return chan_lab_nanosleep_(&(struct timespec){ .tv_sec = (time_t)s }, &rest, at) == 0
           ? 0 : (unsigned)rest.tv_sec + (rest.tv_nsec > 0);
}
LAB_CALL_ int chan_lab_usleep_(unsigned us, const char *at) {
    struct timespec t = { .tv_sec = us / 1000000, .tv_nsec = (long)(us % 1000000) * 1000 };
    return chan_lab_nanosleep_(&t, NULL, at);
}
LAB_CALL_ int chan_lab_clock_gettime_(clockid_t clock, struct timespec *t, const char *at) {
    bool real = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    bool monotonic = clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE
                     || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_BOOTTIME;
    if (!chan_lab_replays_() || (!real && !monotonic)) return (clock_gettime)(clock, t);
    chan_lab_done_(chan_lab_begins_(CHAN_LAB_LOOK_, NULL, at));
    *t = chan_timespec_(real ? chan_lab_.day + chan_lab_.now : chan_now_());
    return 0;
}
LAB_CALL_ long long chan_lab_now_ms_(const char *at) {
    if (chan_lab_replays_()) chan_lab_done_(chan_lab_begins_(CHAN_LAB_LOOK_, NULL, at));
    return (chan_now_ms)();
}
LAB_CALL_ int chan_lab_sched_yield_(void) {
    if (!chan_lab_replays_()) return (sched_yield)();
    chan_lab_point_(chan_lab_me_, 100, true);
    return 0;
}
/* A lock is taken by trying, and between the tries one waits for somebody to let it go. */
static inline int chan_lab_takes_(int kind, int (*try)(void *), void *object,
                                  const struct timespec *deadline, const char *at) {
    int error = 0;
    struct chan_lab_goroutine_ *me = chan_lab_begins_(kind, NULL, at);
    long long until = deadline ? chan_lab_until_(deadline) : CHAN_NEVER_;
    chan_lab_enter_();
    while ((error = try(object)) == EBUSY && chan_lab_.now < until) {
        me->waits_for = object;
        chan_lab_blocks_(me, until);
    }
    chan_lab_.retried = false;
    chan_lab_leave_();
    chan_lab_done_(me);
    return error == EBUSY ? ETIMEDOUT : error;
}
static inline int chan_lab_lets_go_(int (*unlock)(void *), void *object, const char *at) {
    chan_lab_begins_(CHAN_LAB_UNLOCK_, NULL, at);
    chan_lab_enter_();
    int error = unlock(object);
    chan_lab_sets_ready_(object);
    chan_lab_leave_();
    chan_lab_done_(chan_lab_me_);
    return error;
}
/* EBUSY, or, as some tell only if one waits, EDEADLK: so we wait until long ago. */
#define chan_lab_try_(try, timed, lock) do { \
    int error = (try)(lock); \
    if (error == EBUSY) error = (timed)(lock, &(struct timespec){ .tv_sec = 0 }); \
    return error == ETIMEDOUT ? EBUSY : error; } while (0)
static inline int chan_lab_try_mutex_(void *m) {
    chan_lab_try_(pthread_mutex_trylock, pthread_mutex_timedlock, m);
}
static inline int chan_lab_try_read_(void *l) {
    chan_lab_try_(pthread_rwlock_tryrdlock, pthread_rwlock_timedrdlock, l);
}
static inline int chan_lab_try_write_(void *l) {
    chan_lab_try_(pthread_rwlock_trywrlock, pthread_rwlock_timedwrlock, l);
}
static inline int chan_lab_unlock_mutex_(void *m) { return (pthread_mutex_unlock)(m); }
static inline int chan_lab_unlock_rw_(void *l) { return (pthread_rwlock_unlock)(l); }
LAB_CALL_ int chan_lab_mutex_lock_(pthread_mutex_t *m, const char *at) {
    return chan_lab_replays_() ? chan_lab_takes_(CHAN_LAB_MUTEX_, chan_lab_try_mutex_, m, NULL, at)
                               : (pthread_mutex_lock)(m);
}
LAB_CALL_ int chan_lab_mutex_timedlock_(pthread_mutex_t *m, const struct timespec *until,
                                            const char *at) {
    return chan_lab_replays_() ? chan_lab_takes_(CHAN_LAB_MUTEX_, chan_lab_try_mutex_, m, until, at)
                               : (pthread_mutex_timedlock)(m, until);
}
LAB_CALL_ int chan_lab_mutex_trylock_(pthread_mutex_t *m, const char *at) {
    if (chan_lab_replays_()) chan_lab_done_(chan_lab_begins_(CHAN_LAB_LOOK_, NULL, at));
    return (pthread_mutex_trylock)(m);
}
LAB_CALL_ int chan_lab_mutex_unlock_(pthread_mutex_t *m, const char *at) {
    return chan_lab_replays_() ? chan_lab_lets_go_(chan_lab_unlock_mutex_, m, at)
                               : (pthread_mutex_unlock)(m);
}
LAB_CALL_ int chan_lab_rwlock_rdlock_(pthread_rwlock_t *l, const char *at) {
    return chan_lab_replays_() ? chan_lab_takes_(CHAN_LAB_RWLOCK_, chan_lab_try_read_, l, NULL, at)
                               : (pthread_rwlock_rdlock)(l);
}
LAB_CALL_ int chan_lab_rwlock_wrlock_(pthread_rwlock_t *l, const char *at) {
    return chan_lab_replays_() ? chan_lab_takes_(CHAN_LAB_RWLOCK_, chan_lab_try_write_, l, NULL, at)
                               : (pthread_rwlock_wrlock)(l);
}
LAB_CALL_ int chan_lab_rwlock_unlock_(pthread_rwlock_t *l, const char *at) {
    return chan_lab_replays_() ? chan_lab_lets_go_(chan_lab_unlock_rw_, l, at)
                               : (pthread_rwlock_unlock)(l);
}
LAB_CALL_ int chan_lab_cond_wait_(pthread_cond_t *c, pthread_mutex_t *m,
                                      const struct timespec *deadline, const char *at) {
    if (!chan_lab_replays_())
        return deadline ? (pthread_cond_timedwait)(c, m, deadline) : (pthread_cond_wait)(c, m);
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_COND_, NULL, at);
    long long until = deadline ? chan_lab_until_(deadline) : CHAN_NEVER_;
    chan_lab_enter_();
    int error = (pthread_mutex_unlock)(m);
    chan_lab_sets_ready_(m);
    for (me->waits_for = c; !error && me->waits_for == c && chan_lab_.now < until;)
        chan_lab_blocks_(me, until); /* who signals sets waits_for to NULL */
    bool signalled = me->waits_for != c;
    me->waits_for = NULL;
    while (!error && (error = chan_lab_try_mutex_(m)) == EBUSY)
        error = 0, me->waits_for = m, chan_lab_blocks_(me, CHAN_NEVER_);
    chan_lab_.retried = false;
    chan_lab_leave_();
    chan_lab_done_(me);
    return error ? error : signalled ? 0 : ETIMEDOUT;
}
LAB_CALL_ int chan_lab_cond_wakes_(pthread_cond_t *c, bool all, const char *at) {
    if (chan_lab_replays_()) {
        size_t n = 0, i = 0;
        struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_LOOK_, NULL, at);
        chan_lab_enter_();
        chan_lab_each_(g) n += g->waits_for == c;
        size_t chosen = all ? 0 : chan_lab_picks_(n);
        chan_lab_each_(g)
            if (g->waits_for == c && (all || i++ == chosen))
                g->waits_for = NULL, chan_lab_gets_ready_(g), chan_lab_progress_();
        chan_lab_leave_();
        chan_lab_done_(me);
    }
    return all ? (pthread_cond_broadcast)(c) : (pthread_cond_signal)(c);
}
struct chan_lab_once_ { pthread_once_t *once; struct chan_lab_once_ *next; }; /* those that run */
LAB_CALL_ int chan_lab_pthread_once_(pthread_once_t *once, void (*f)(void), const char *at) {
    if (!chan_lab_replays_()) return (pthread_once)(once, f);
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_ONCE_, NULL, at);
    struct chan_lab_once_ *o, **p, ours = { once, NULL };
    chan_lab_enter_();
    do {
        for (o = chan_lab_.onces; o && o->once != once;) o = o->next;
        if (o) me->waits_for = once, chan_lab_blocks_(me, CHAN_NEVER_);
    } while (o);
    ours.next = chan_lab_.onces, chan_lab_.onces = &ours;
    chan_lab_leave_();
    int error = (pthread_once)(once, f);
    chan_lab_enter_();
    for (p = &chan_lab_.onces; *p != &ours;) p = &(*p)->next;
    *p = ours.next;
    chan_lab_sets_ready_(once);
    chan_lab_leave_();
    chan_lab_done_(me);
    return error;
}
LAB_CALL_ int chan_lab_pthread_join_(pthread_t id, void **result, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_JOIN_, NULL, at);
    struct chan_lab_thread_ *t;
    chan_lab_enter_();
    for (t = chan_lab_.threads; t && !pthread_equal(t->id, id);) t = t->next;
    if (chan_lab_.seeded) lab_replay_join(me, id);
    else lab_free_join(me, t);
    chan_lab_leave_();
    int error = (pthread_join)(id, result);
    chan_lab_enter_();
    chan_lab_joined_(me->joins); /* it can't be joined */
    chan_lab_leave_();
    chan_lab_done_(me);
    return error;
}
LAB_CALL_ int chan_lab_pthread_create_(pthread_t *id, const pthread_attr_t *attr,
                                           void *(*f)(void *), void *arg, const char *at) {
    struct chan_lab_thread_ *t = chan_lab_alloc_(sizeof *t);
    *t = (struct chan_lab_thread_){ .f = f, .arg = arg };
    if (f != chan_thread_main_) chan_lab_this_(), t->g = chan_lab_creates_(at);
    struct chan_lab_goroutine_ *g = t->g;
    chan_lab_enter_();
    if (g) g->is_thread = true;
    chan_lab_lists_(t), chan_lab_.awake++;
    if (!g) chan_lab_leave_(); /* otherwise it waits at its start until we know its id */
    int error = (pthread_create)(id, attr, chan_lab_thread_main_, t);
    if (!g) chan_lab_enter_();
    if (error) chan_lab_unlists_(t), chan_lab_.awake--, free(t);
    else if (g) g->thread = t->id = *id;
    if (error && g) chan_lab_leaves_list_(g), free(g);
    chan_lab_leave_();
    if (!error && g) chan_lab_point_(chan_lab_me_, 0, false);
    return error;
}
/* What also blocks, and is not redirected: under a seed it is named, each once. */
LAB_CALL_ void chan_lab_names_call_(const char *at) {
    static const char *named[16];
    int i = 0;
    if (!chan_lab_.seeded || chan_lab_own_.holds) return;
    chan_lab_enter_();
    while (i < 15 && named[i] && strcmp(chan_lab_spelled_(named[i]), chan_lab_spelled_(at))) i++;
    bool is_new = !named[i];
    if (is_new) named[i] = at;
    chan_lab_leave_();
    if (is_new) dprintf(2, "not redirected: %s (%s)\n", chan_lab_spelled_(at), at);
}

#endif
