/* wrap_pthread.h -- stands around other calls that block or return the time.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_WRAP_PTHREAD_H
#define CHAN_LAB_WRAP_PTHREAD_H
#include "wrap.h"

LAB_CALL_ void lab_wrap_sleep_ms(long long ms, const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_SLEEP_, NULL, at);
    struct chan_lab_event_ *e = lab_record_reserve(me);
    if (chan_lab_.seeded) lab_replay_sleep(me, chan_plus_(chan_lab_.now, chan_ns_(ms)));
    else chan_sleep_(ms);
    lab_wrap_end(me, e, CHAN_LAB_SLEEP_);
}
/* Until `ns` of the virtual monotonic clock, or of the virtual time of day: that of the start, and
 * as much later. A deadline beyond the monotonic clock's first 30 years is a time of day. */
static inline long long lab_wrap_until(const struct timespec *t) {
    long long ns = chan_plus_(chan_within_((chan_integer_)t->tv_sec * 1000000000, 0), t->tv_nsec);
    return ns - (t->tv_sec > 1000000000 ? chan_lab_.day : CHAN_LAB_EPOCH_S_ * 1000000000LL);
}
LAB_CALL_ int lab_wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *t,
                                       struct timespec *rest, const char *at) {
    if (t->tv_nsec < 0 || t->tv_nsec > 999999999 || t->tv_sec < 0) return EINVAL;
    int error = 0;
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_SLEEP_, NULL, at);
    struct chan_lab_event_ *e = lab_record_reserve(me);
    long long ns = chan_plus_(chan_within_((chan_integer_)t->tv_sec * 1000000000, 0), t->tv_nsec);
    if (!chan_lab_.seeded) error = (clock_nanosleep)(clock, flags, t, rest);
    else if (flags & TIMER_ABSTIME) lab_replay_sleep(me, lab_wrap_until(t));
    else lab_replay_sleep(me, chan_plus_(chan_lab_.now, ns));
    lab_wrap_end(me, e, CHAN_LAB_SLEEP_);
    return error;
}
LAB_CALL_ int lab_wrap_nanosleep(const struct timespec *t, struct timespec *rest,
                                 const char *at) {
    int error = lab_wrap_clock_nanosleep(CLOCK_REALTIME, 0, t, rest, at);
    if (!error) return 0;
    errno = error;
    return -1;
}
LAB_CALL_ unsigned lab_wrap_sleep(unsigned s, const char *at) {
    struct timespec rest = { .tv_sec = 0 };
    return lab_wrap_nanosleep(&(struct timespec){ .tv_sec = (time_t)s }, &rest, at) == 0
           ? 0 : (unsigned)rest.tv_sec + (rest.tv_nsec > 0);
}
LAB_CALL_ int lab_wrap_usleep(unsigned us, const char *at) {
    struct timespec t = { .tv_sec = us / 1000000, .tv_nsec = (long)(us % 1000000) * 1000 };
    return lab_wrap_nanosleep(&t, NULL, at);
}
/* Under a seed: another goroutine may get the turn before this one looks. */
static inline void lab_wrap_look(const char *at) {
    if (chan_lab_replays_()) lab_wrap_done(lab_wrap_begin(CHAN_LAB_LOOK_, NULL, at));
}
LAB_CALL_ int lab_wrap_clock_gettime(clockid_t clock, struct timespec *t, const char *at) {
    bool real = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    bool monotonic = clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE
                     || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_BOOTTIME;
    if (!chan_lab_replays_() || (!real && !monotonic)) return (clock_gettime)(clock, t);
    lab_wrap_done(lab_wrap_begin(CHAN_LAB_LOOK_, NULL, at));
    *t = chan_timespec_(real ? chan_lab_.day + chan_lab_.now : chan_now_());
    return 0;
}
LAB_CALL_ long long lab_wrap_now_ms(const char *at) {
    lab_wrap_look(at);
    return (chan_now_ms)();
}
LAB_CALL_ int lab_wrap_sched_yield(void) {
    if (!chan_lab_replays_()) return (sched_yield)();
    lab_replay_point(chan_lab_me_, 100, true);
    return 0;
}
/* EBUSY or EDEADLK. Some libraries report EDEADLK only to a wait: so the deadline is long past. */
#define lab_wrap_try(try, timed, lock) do { \
    int error = (try)(lock); \
    if (error == EBUSY) error = (timed)(lock, &(struct timespec){ .tv_sec = 0 }); \
    return error == ETIMEDOUT ? EBUSY : error; } while (0)
static inline int lab_wrap_try_mutex(void *m) {
    lab_wrap_try(pthread_mutex_trylock, pthread_mutex_timedlock, m);
}
static inline int lab_wrap_try_read(void *l) {
    lab_wrap_try(pthread_rwlock_tryrdlock, pthread_rwlock_timedrdlock, l);
}
static inline int lab_wrap_try_write(void *l) {
    lab_wrap_try(pthread_rwlock_trywrlock, pthread_rwlock_timedwrlock, l);
}
/* The real calls. Only the wait for a mutex has a deadline, or NULL. */
static inline int lab_wrap_lock_mutex(void *m, const struct timespec *deadline) {
    return deadline ? (pthread_mutex_timedlock)(m, deadline) : (pthread_mutex_lock)(m);
}
static inline int lab_wrap_lock_read(void *l, const struct timespec *deadline) {
    (void)deadline;
    return (pthread_rwlock_rdlock)(l);
}
static inline int lab_wrap_lock_write(void *l, const struct timespec *deadline) {
    (void)deadline;
    return (pthread_rwlock_wrlock)(l);
}
static inline int lab_wrap_unlock_mutex(void *m) { return (pthread_mutex_unlock)(m); }
static inline int lab_wrap_unlock_rw(void *l) { return (pthread_rwlock_unlock)(l); }
struct lab_wrap_lock {
    int kind;
    int (*try)(void *);
    int (*lock)(void *, const struct timespec *);
    int (*unlock)(void *);
};
static const struct lab_wrap_lock lab_wrap_mutex =
    { CHAN_LAB_MUTEX_, lab_wrap_try_mutex, lab_wrap_lock_mutex, lab_wrap_unlock_mutex };
static const struct lab_wrap_lock lab_wrap_reader =
    { CHAN_LAB_RWLOCK_, lab_wrap_try_read, lab_wrap_lock_read, lab_wrap_unlock_rw };
static const struct lab_wrap_lock lab_wrap_writer =
    { CHAN_LAB_RWLOCK_, lab_wrap_try_write, lab_wrap_lock_write, lab_wrap_unlock_rw };
/* Under a seed a lock is taken by trying. Between two tries the goroutine waits until another one
 * unlocks it. */
static inline int lab_wrap_take(const struct lab_wrap_lock *lock, void *object,
                                const struct timespec *deadline, const char *at) {
    int error = 0;
    if (!chan_lab_replays_()) return lock->lock(object, deadline);
    struct chan_lab_goroutine_ *me = lab_wrap_begin(lock->kind, NULL, at);
    long long until = deadline ? lab_wrap_until(deadline) : CHAN_NEVER_;
    lab_state_enter();
    while ((error = lock->try(object)) == EBUSY && chan_lab_.now < until) {
        me->waits_for = object;
        lab_replay_block(me, until);
    }
    chan_lab_.retried = false;
    lab_state_leave();
    lab_wrap_done(me);
    return error == EBUSY ? ETIMEDOUT : error;
}
static inline int lab_wrap_let_go(const struct lab_wrap_lock *lock, void *object, const char *at) {
    if (!chan_lab_replays_()) return lock->unlock(object);
    lab_wrap_begin(CHAN_LAB_UNLOCK_, NULL, at);
    lab_state_enter();
    int error = lock->unlock(object);
    lab_replay_wake_waiting(object);
    lab_state_leave();
    lab_wrap_done(chan_lab_me_);
    return error;
}
LAB_CALL_ int lab_wrap_mutex_lock(pthread_mutex_t *m, const char *at) {
    return lab_wrap_take(&lab_wrap_mutex, m, NULL, at);
}
LAB_CALL_ int lab_wrap_mutex_timedlock(pthread_mutex_t *m, const struct timespec *until,
                                       const char *at) {
    return lab_wrap_take(&lab_wrap_mutex, m, until, at);
}
LAB_CALL_ int lab_wrap_mutex_trylock(pthread_mutex_t *m, const char *at) {
    lab_wrap_look(at);
    return (pthread_mutex_trylock)(m);
}
LAB_CALL_ int lab_wrap_mutex_unlock(pthread_mutex_t *m, const char *at) {
    return lab_wrap_let_go(&lab_wrap_mutex, m, at);
}
LAB_CALL_ int lab_wrap_rwlock_rdlock(pthread_rwlock_t *l, const char *at) {
    return lab_wrap_take(&lab_wrap_reader, l, NULL, at);
}
LAB_CALL_ int lab_wrap_rwlock_wrlock(pthread_rwlock_t *l, const char *at) {
    return lab_wrap_take(&lab_wrap_writer, l, NULL, at);
}
LAB_CALL_ int lab_wrap_rwlock_unlock(pthread_rwlock_t *l, const char *at) {
    return lab_wrap_let_go(&lab_wrap_reader, l, at);
}
LAB_CALL_ int lab_wrap_cond_wait(pthread_cond_t *c, pthread_mutex_t *m,
                                 const struct timespec *deadline, const char *at) {
    if (!chan_lab_replays_())
        return deadline ? (pthread_cond_timedwait)(c, m, deadline) : (pthread_cond_wait)(c, m);
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_COND_, NULL, at);
    long long until = deadline ? lab_wrap_until(deadline) : CHAN_NEVER_;
    lab_state_enter();
    int error = (pthread_mutex_unlock)(m);
    lab_replay_wake_waiting(m);
    for (me->waits_for = c; !error && me->waits_for == c && chan_lab_.now < until;)
        lab_replay_block(me, until); /* a signal sets waits_for to NULL */
    bool signalled = me->waits_for != c;
    me->waits_for = NULL;
    while (!error && (error = lab_wrap_try_mutex(m)) == EBUSY) {
        error = 0;
        me->waits_for = m;
        lab_replay_block(me, CHAN_NEVER_);
    }
    chan_lab_.retried = false;
    lab_state_leave();
    lab_wrap_done(me);
    return error ? error : signalled ? 0 : ETIMEDOUT;
}
LAB_CALL_ int lab_wrap_cond_wake(pthread_cond_t *c, bool all, const char *at) {
    if (chan_lab_replays_()) {
        size_t n = 0, i = 0;
        struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_LOOK_, NULL, at);
        lab_state_enter();
        lab_state_each(g) n += g->waits_for == c;
        size_t chosen = all ? 0 : lab_replay_pick(n);
        lab_state_each(g)
            if (g->waits_for == c && (all || i++ == chosen)) {
                g->waits_for = NULL;
                lab_replay_set_ready(g);
                lab_replay_progress();
            }
        lab_state_leave();
        lab_wrap_done(me);
    }
    return all ? (pthread_cond_broadcast)(c) : (pthread_cond_signal)(c);
}
struct chan_lab_once_ { pthread_once_t *once; struct chan_lab_once_ *next; }; /* those that run */
LAB_CALL_ int lab_wrap_pthread_once(pthread_once_t *once, void (*f)(void), const char *at) {
    if (!chan_lab_replays_()) return (pthread_once)(once, f);
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_ONCE_, NULL, at);
    struct chan_lab_once_ *o, **p, ours = { once, NULL };
    lab_state_enter();
    do {
        for (o = chan_lab_.onces; o && o->once != once;) o = o->next;
        if (o) {
            me->waits_for = once;
            lab_replay_block(me, CHAN_NEVER_);
        }
    } while (o);
    ours.next = chan_lab_.onces;
    chan_lab_.onces = &ours;
    lab_state_leave();
    int error = (pthread_once)(once, f);
    lab_state_enter();
    for (p = &chan_lab_.onces; *p != &ours;) p = &(*p)->next;
    *p = ours.next;
    lab_replay_wake_waiting(once);
    lab_state_leave();
    lab_wrap_done(me);
    return error;
}
LAB_CALL_ int lab_wrap_pthread_join(pthread_t id, void **result, const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_JOIN_, NULL, at);
    struct chan_lab_thread_ *t;
    lab_state_enter();
    for (t = chan_lab_.threads; t && !pthread_equal(t->id, id);) t = t->next;
    if (chan_lab_.seeded) lab_replay_join(me, id);
    else lab_free_join(me, t);
    lab_state_leave();
    int error = (pthread_join)(id, result);
    lab_state_enter();
    lab_free_joined(me->joins); /* it can't be joined */
    lab_state_leave();
    lab_wrap_done(me);
    return error;
}
LAB_CALL_ int lab_wrap_pthread_create(pthread_t *id, const pthread_attr_t *attr,
                                      void *(*f)(void *), void *arg, const char *at) {
    struct chan_lab_thread_ *t = lab_state_alloc(sizeof *t);
    *t = (struct chan_lab_thread_){ .f = f, .arg = arg };
    if (f != chan_thread_main_) {
        lab_wrap_this();
        t->g = lab_wrap_create(at);
    }
    struct chan_lab_goroutine_ *g = t->g;
    lab_state_enter();
    if (g) g->is_thread = true;
    lab_threads_add(t);
    chan_lab_.awake++;
    if (!g) lab_state_leave(); /* otherwise it waits at its start until its id is known */
    int error = (pthread_create)(id, attr, lab_wrap_thread_main, t);
    if (!g) lab_state_enter();
    if (error) {
        lab_threads_remove(t);
        chan_lab_.awake--;
        free(t);
    }
    else if (g) g->thread = t->id = *id;
    if (error && g) {
        lab_state_remove_goroutine(g);
        free(g);
    }
    lab_state_leave();
    if (!error && g) lab_replay_point(chan_lab_me_, 0, false);
    return error;
}
/* Other calls that block are not redirected: under a seed a warning names each of them once. */
LAB_CALL_ void lab_wrap_name_call(const char *at) {
    static const char *named[16];
    int i = 0;
    if (!chan_lab_.seeded || chan_lab_own_.holds) return;
    lab_state_enter();
    while (i < 15 && named[i] && strcmp(lab_state_spelled(named[i]), lab_state_spelled(at))) i++;
    bool is_new = !named[i];
    if (is_new) named[i] = at;
    lab_state_leave();
    if (is_new) dprintf(2, "not redirected: %s (%s)\n", lab_state_spelled(at), at);
}

#endif
