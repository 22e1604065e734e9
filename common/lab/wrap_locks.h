/* wrap_locks.h -- stands around the locks of pthreads.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_WRAP_LOCKS_H
#define CHAN_LAB_WRAP_LOCKS_H
#include "wrap.h"

/* Until `ns` of the virtual monotonic clock, or of the virtual time of day: that of the start, and
 * as much later. A deadline beyond the monotonic clock's first 30 years is a time of day. */
static inline long long lab_wrap_until(const struct timespec *t) {
    long long ns = chan_plus_(chan_within_((chan_integer_)t->tv_sec * 1000000000, 0), t->tv_nsec);
    return ns - (t->tv_sec > 1000000000 ? chan_lab_.day : CHAN_LAB_EPOCH_S_ * 1000000000LL);
}
/* Under a seed: another goroutine may get the turn before this one looks. */
static inline void lab_wrap_look(const char *at) {
    if (chan_lab_replays_()) lab_wrap_done(lab_wrap_begin(CHAN_LAB_LOOK_, NULL, at));
}
/* Objects that processes share, and robust mutexes, are left alone: other processes, and the ends
 * of threads, unlock them. Neither glibc nor musl has a call that says what an object is. */
#define lab_wrap_word(object, i) (((const unsigned *)(object))[i])
#ifdef __GLIBC__
static inline bool lab_wrap_is_foreign_mutex(const void *m) {
    return ((const pthread_mutex_t *)m)->__data.__kind & (16 | 128);
}
static inline bool lab_wrap_is_recursive(const void *m) {
    return (((const pthread_mutex_t *)m)->__data.__kind & 3) == PTHREAD_MUTEX_RECURSIVE;
}
static inline bool lab_wrap_checks_owner(const void *m) {
    int kind = ((const pthread_mutex_t *)m)->__data.__kind & 3;
    return kind == PTHREAD_MUTEX_RECURSIVE || kind == PTHREAD_MUTEX_ERRORCHECK;
}
static inline bool lab_wrap_is_foreign_rwlock(const void *l) {
    return ((const pthread_rwlock_t *)l)->__data.__shared;
}
static inline bool lab_wrap_is_foreign_cond(const void *c) {
    return ((const pthread_cond_t *)c)->__data.__wrefs & 1;
}
#else
static inline bool lab_wrap_is_foreign_mutex(const void *m) {
    return lab_wrap_word(m, 0) & (4 | 128);
}
static inline bool lab_wrap_is_recursive(const void *m) {
    return (lab_wrap_word(m, 0) & 3) == PTHREAD_MUTEX_RECURSIVE;
}
static inline bool lab_wrap_checks_owner(const void *m) {
    return (lab_wrap_word(m, 0) & 3) != PTHREAD_MUTEX_NORMAL;
}
static inline bool lab_wrap_is_foreign_rwlock(const void *l) { return lab_wrap_word(l, 2); }
static inline bool lab_wrap_is_foreign_cond(const void *c) {
    return *(const void *const *)c != NULL;
}
#endif
/* The real calls: with try, and until a deadline of a clock or, with NULL, without one. */
#ifdef __GLIBC__
#if __GLIBC_PREREQ(2, 30)
#define LAB_WRAP_HAS_CLOCKS
#endif
#endif
#ifdef LAB_WRAP_HAS_CLOCKS
#define lab_wrap_until_clock(timed, clocked, object, until, clock) \
    ((clock) == CLOCK_REALTIME ? (timed)(object, until) : (clocked)(object, clock, until))
#else
#define lab_wrap_until_clock(timed, clocked, object, until, clock) \
    ((void)(clock), (timed)(object, until))
#endif
static inline int lab_wrap_try_mutex(void *m) { return (pthread_mutex_trylock)(m); }
static inline int lab_wrap_try_read(void *l) { return (pthread_rwlock_tryrdlock)(l); }
static inline int lab_wrap_try_write(void *l) { return (pthread_rwlock_trywrlock)(l); }
static inline int lab_wrap_lock_mutex(void *m, const struct timespec *until, clockid_t clock) {
    if (!until) return (pthread_mutex_lock)(m);
    return lab_wrap_until_clock(pthread_mutex_timedlock, pthread_mutex_clocklock, m, until, clock);
}
static inline int lab_wrap_lock_read(void *l, const struct timespec *until, clockid_t clock) {
    if (!until) return (pthread_rwlock_rdlock)(l);
    return lab_wrap_until_clock(pthread_rwlock_timedrdlock, pthread_rwlock_clockrdlock, l, until,
                                clock);
}
static inline int lab_wrap_lock_write(void *l, const struct timespec *until, clockid_t clock) {
    if (!until) return (pthread_rwlock_wrlock)(l);
    return lab_wrap_until_clock(pthread_rwlock_timedwrlock, pthread_rwlock_clockwrlock, l, until,
                                clock);
}
static inline int lab_wrap_unlock_mutex(void *m) { return (pthread_mutex_unlock)(m); }
static inline int lab_wrap_unlock_rw(void *l) { return (pthread_rwlock_unlock)(l); }
struct lab_wrap_lock {
    int kind, how;
    const char *take_name, *timed_name, *let_go_name; /* of the calls */
    bool (*is_foreign)(const void *);
    int (*try)(void *);
    int (*lock)(void *, const struct timespec *, clockid_t);
    int (*unlock)(void *);
};
static const struct lab_wrap_lock lab_wrap_mutex = {
    CHAN_LAB_MUTEX_, LAB_LOCKS_MUTEX,
    "pthread_mutex_lock", "pthread_mutex_timedlock", "pthread_mutex_unlock",
    lab_wrap_is_foreign_mutex,
    lab_wrap_try_mutex, lab_wrap_lock_mutex, lab_wrap_unlock_mutex };
static const struct lab_wrap_lock lab_wrap_reader = {
    CHAN_LAB_RWLOCK_, LAB_LOCKS_READING,
    "pthread_rwlock_rdlock", "pthread_rwlock_timedrdlock", "pthread_rwlock_unlock",
    lab_wrap_is_foreign_rwlock,
    lab_wrap_try_read, lab_wrap_lock_read, lab_wrap_unlock_rw };
static const struct lab_wrap_lock lab_wrap_writer = {
    CHAN_LAB_RWLOCK_, LAB_LOCKS_WRITING,
    "pthread_rwlock_wrlock", "pthread_rwlock_timedwrlock", "pthread_rwlock_unlock",
    lab_wrap_is_foreign_rwlock,
    lab_wrap_try_write, lab_wrap_lock_write, lab_wrap_unlock_rw };
/* With the lock: another goroutine than this fiber holds the object, or held it at its end, and not
 * only for reading. For the C library the thread of the fibers holds it: that may take it again. */
static inline bool lab_wrap_is_anothers(const void *object) {
    const struct chan_lab_goroutine_ *me = chan_lab_me_;
    struct lab_locks_holder holder;
    if (!me || !me->fiber || lab_locks_holders(object, &holder, 1) == 0) return false;
    return holder.how != LAB_LOCKS_READING && holder.number != me->number;
}
/* The same, without the lock. */
static inline bool lab_wrap_is_another_fibers(const void *object) {
    if (!chan_lab_me_ || !chan_lab_me_->fiber) return false;
    lab_state_enter();
    bool is_anothers = lab_wrap_is_anothers(object);
    lab_state_leave();
    return is_anothers;
}
/* EBUSY or EDEADLK. Some libraries report EDEADLK only to a wait: so the deadline is long past. */
static inline int lab_wrap_try(const struct lab_wrap_lock *lock, void *object) {
    if (lab_wrap_is_anothers(object)) return EBUSY;
    int error = lock->try(object);
    if (error != EBUSY) return error;
    error = lock->lock(object, &(struct timespec){ .tv_sec = 0 }, CLOCK_REALTIME);
    return error == ETIMEDOUT ? EBUSY : error;
}
/* Reports once for each place that a call fails. It is normal that a try or a timed wait fails. */
static inline int lab_wrap_failed(const char *call, int error, const void *object,
                                  const char *at) {
    static const char *places[64];
    size_t i = 0, room = sizeof places / sizeof *places;
    bool normal = error == 0 || error == ETIMEDOUT || error == EOWNERDEAD;
    if (normal || !chan_lab_me_ || chan_lab_own_.holds) return error;
    lab_state_enter();
    while (i < room && places[i] && places[i] != at) i++;
    if (i < room && !places[i]) {
        places[i] = at;
        lab_report_failed(chan_lab_me_, call, error, object, at);
    }
    lab_state_leave();
    return error;
}
/* Notes that the lock is taken. Only a reader, or the owner of a recursive mutex, may take it a
 * second time. */
static inline void lab_wrap_taken(const struct lab_wrap_lock *lock, const void *object,
                                  const char *at) {
    bool counts = lock->how == LAB_LOCKS_READING
                  || (lock->how == LAB_LOCKS_MUTEX && lab_wrap_is_recursive(object));
    if (chan_lab_me_) lab_locks_hold(chan_lab_me_, object, lock->how, counts, at);
    lab_record_moment(lock->kind, at);
}
/* Before the unlock. Of a mutex that checks its owner, another goroutine's unlock fails. */
static inline void lab_wrap_unlocks(const struct lab_wrap_lock *lock, const void *object) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    if (!me || chan_lab_own_.holds) return;
    if (lock == &lab_wrap_mutex && lab_wrap_checks_owner(object)) lab_locks_drop(me, object);
    else lab_locks_let_go(me, object);
}
/* Without a seed. Only a goroutine that finds the lock taken counts as asleep. */
static inline int lab_wrap_take_free(const struct lab_wrap_lock *lock, void *object,
                                     const struct timespec *deadline, clockid_t clock,
                                     const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    if (!me || deadline || chan_lab_own_.holds) return lock->lock(object, deadline, clock);
    int error = lock->try(object);
    if (error != EBUSY) return error;
    lab_state_set_op(me, lock->kind, NULL, lock->how == LAB_LOCKS_WRITING, at);
    lab_free_wait(me, object);
    error = lock->lock(object, NULL, clock);
    lab_free_has_waited(me);
    lab_wrap_done(me);
    return error;
}
/* Whether a waiting writer keeps a new reader out. POSIX leaves that open, so the seed chooses, if
 * the lock's kind does not say. Once kept out, the reader waits until no writer waits. */
static inline bool lab_wrap_prefers_writers(const void *l) {
#ifdef __GLIBC__
    return ((const pthread_rwlock_t *)l)->__data.__flags
           == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP;
#else
    (void)l;
    return false;
#endif
}
static inline bool lab_wrap_is_kept_out(struct chan_lab_goroutine_ *me,
                                        const struct lab_wrap_lock *lock, const void *object) {
    if (lock->how != LAB_LOCKS_READING || lab_locks_is_written(object)) return false;
    if (!lab_locks_writer(me, object)) me->kept_out = false;
    else if (!me->kept_out)
        me->kept_out = lab_wrap_prefers_writers(object) || lab_choose_pick(4) > 0;
    return me->kept_out;
}
/* A goroutine that reads a second time lets others run before, so that a writer may come. */
static inline void lab_wrap_await_writer(struct chan_lab_goroutine_ *me,
                                         const struct lab_wrap_lock *lock, const void *object) {
    if (lock->how != LAB_LOCKS_READING || !lab_locks_find(me, object)) return;
    for (int i = 0; i < 4 && !lab_locks_writer(me, object); i++) lab_replay_pass_on(me, i % 2);
}
/* Under a seed a lock is taken by trying. Between two tries the goroutine waits until another one
 * unlocks it. */
static inline int lab_wrap_take_in_turn(const struct lab_wrap_lock *lock, void *object,
                                        const struct timespec *deadline, const char *at) {
    int error = 0;
    struct chan_lab_goroutine_ *me = lab_wrap_begin(lock->kind, NULL, at);
    long long until = deadline ? lab_wrap_until(deadline) : CHAN_NEVER_;
    bool writes = lock->how == LAB_LOCKS_WRITING;
    me->op.n = writes;
    lab_state_enter();
    lab_wrap_await_writer(me, lock, object);
    for (;;) {
        error = lab_wrap_is_kept_out(me, lock, object) ? EBUSY : lab_wrap_try(lock, object);
        if (error != EBUSY || chan_lab_.now >= until) break;
        me->waits_for = me->wants = object;
        lab_replay_block(me, until);
    }
    me->kept_out = false;
    if (error && writes) lab_replay_wake_waiting(object);
    chan_lab_.retried = false;
    lab_state_leave();
    lab_wrap_done(me);
    return error == EBUSY ? ETIMEDOUT : error;
}
static inline int lab_wrap_take(const struct lab_wrap_lock *lock, void *object,
                                const struct timespec *deadline, clockid_t clock,
                                const char *at) {
    if (lock->is_foreign(object)) return lock->lock(object, deadline, clock);
    int error = chan_lab_replays_() ? lab_wrap_take_in_turn(lock, object, deadline, at)
                                    : lab_wrap_take_free(lock, object, deadline, clock, at);
    if (!error) lab_wrap_taken(lock, object, at);
    return lab_wrap_failed(deadline ? lock->timed_name : lock->take_name, error, object, at);
}
static inline int lab_wrap_take_now(const struct lab_wrap_lock *lock, void *object,
                                    const char *at) {
    if (lock->is_foreign(object)) return lock->try(object);
    lab_wrap_look(at);
    int error = lab_wrap_is_another_fibers(object) ? EBUSY : lock->try(object);
    if (!error) lab_wrap_taken(lock, object, at);
    return error;
}
static inline int lab_wrap_let_go(const struct lab_wrap_lock *lock, void *object, const char *at) {
    if (lock->is_foreign(object)) return lock->unlock(object);
    if (!chan_lab_replays_()) {
        lab_wrap_unlocks(lock, object);
        lab_record_moment(CHAN_LAB_UNLOCK_, at);
        return lab_wrap_failed(lock->let_go_name, lock->unlock(object), object, at);
    }
    lab_wrap_begin(CHAN_LAB_UNLOCK_, NULL, at);
    lab_record_moment(CHAN_LAB_UNLOCK_, at);
    bool is_wrong = lock == &lab_wrap_mutex && lab_wrap_checks_owner(object)
                    && lab_wrap_is_another_fibers(object);
    lab_wrap_unlocks(lock, object);
    lab_state_enter();
    int error = is_wrong ? EPERM : lock->unlock(object);
    lab_replay_wake_waiting(object);
    lab_state_leave();
    lab_wrap_done(chan_lab_me_);
    return lab_wrap_failed(lock->let_go_name, error, object, at);
}
static inline void lab_wrap_is_new(const void *object) { /* or destroyed */
    lab_state_enter();
    lab_locks_forget(object);
    lab_state_leave();
}
LAB_CALL_ int lab_wrap_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attr) {
    lab_wrap_is_new(m);
    return (pthread_mutex_init)(m, attr);
}
LAB_CALL_ int lab_wrap_mutex_destroy(pthread_mutex_t *m, const char *at) {
    int error = (pthread_mutex_destroy)(m);
    if (!error) lab_wrap_is_new(m);
    return lab_wrap_failed("pthread_mutex_destroy", error, m, at);
}
LAB_CALL_ int lab_wrap_rwlock_init(pthread_rwlock_t *l, const pthread_rwlockattr_t *attr) {
    lab_wrap_is_new(l);
    return (pthread_rwlock_init)(l, attr);
}
LAB_CALL_ int lab_wrap_rwlock_destroy(pthread_rwlock_t *l, const char *at) {
    int error = (pthread_rwlock_destroy)(l);
    if (!error) lab_wrap_is_new(l);
    return lab_wrap_failed("pthread_rwlock_destroy", error, l, at);
}
LAB_CALL_ int lab_wrap_cond_init(pthread_cond_t *c, const pthread_condattr_t *attr) {
    lab_wrap_is_new(c);
    return (pthread_cond_init)(c, attr);
}
LAB_CALL_ int lab_wrap_cond_destroy(pthread_cond_t *c, const char *at) {
    int error = (pthread_cond_destroy)(c);
    if (!error) lab_wrap_is_new(c);
    return lab_wrap_failed("pthread_cond_destroy", error, c, at);
}
LAB_CALL_ int lab_wrap_mutex_lock(pthread_mutex_t *m, const char *at) {
    return lab_wrap_take(&lab_wrap_mutex, m, NULL, CLOCK_REALTIME, at);
}
LAB_CALL_ int lab_wrap_mutex_clocklock(pthread_mutex_t *m, clockid_t clock,
                                       const struct timespec *until, const char *at) {
    return lab_wrap_take(&lab_wrap_mutex, m, until, clock, at);
}
LAB_CALL_ int lab_wrap_mutex_trylock(pthread_mutex_t *m, const char *at) {
    return lab_wrap_take_now(&lab_wrap_mutex, m, at);
}
LAB_CALL_ int lab_wrap_mutex_unlock(pthread_mutex_t *m, const char *at) {
    return lab_wrap_let_go(&lab_wrap_mutex, m, at);
}
LAB_CALL_ int lab_wrap_rwlock_rdlock(pthread_rwlock_t *l, const char *at) {
    return lab_wrap_take(&lab_wrap_reader, l, NULL, CLOCK_REALTIME, at);
}
LAB_CALL_ int lab_wrap_rwlock_wrlock(pthread_rwlock_t *l, const char *at) {
    return lab_wrap_take(&lab_wrap_writer, l, NULL, CLOCK_REALTIME, at);
}
LAB_CALL_ int lab_wrap_rwlock_clockrdlock(pthread_rwlock_t *l, clockid_t clock,
                                          const struct timespec *until, const char *at) {
    return lab_wrap_take(&lab_wrap_reader, l, until, clock, at);
}
LAB_CALL_ int lab_wrap_rwlock_clockwrlock(pthread_rwlock_t *l, clockid_t clock,
                                          const struct timespec *until, const char *at) {
    return lab_wrap_take(&lab_wrap_writer, l, until, clock, at);
}
LAB_CALL_ int lab_wrap_rwlock_tryrdlock(pthread_rwlock_t *l, const char *at) {
    return lab_wrap_take_now(&lab_wrap_reader, l, at);
}
LAB_CALL_ int lab_wrap_rwlock_trywrlock(pthread_rwlock_t *l, const char *at) {
    return lab_wrap_take_now(&lab_wrap_writer, l, at);
}
LAB_CALL_ int lab_wrap_rwlock_unlock(pthread_rwlock_t *l, const char *at) {
    return lab_wrap_let_go(&lab_wrap_reader, l, at);
}
/* Conditions. Without a seed, a thread that is cancelled here has the mutex, and is awake. */
struct lab_wrap_waiter {
    struct chan_lab_goroutine_ *me;
    pthread_mutex_t *m;
    const char *at;
};
static inline void lab_wrap_has_waited(void *waiter) {
    const struct lab_wrap_waiter *w = waiter;
    lab_free_has_waited(w->me);
    lab_wrap_taken(&lab_wrap_mutex, w->m, w->at);
    lab_wrap_done(w->me);
}
static inline int lab_wrap_real_wait(pthread_cond_t *c, pthread_mutex_t *m,
                                     const struct timespec *deadline, clockid_t clock) {
    if (!deadline) return (pthread_cond_wait)(c, m);
#ifdef LAB_WRAP_HAS_CLOCKS
    if (clock >= 0) return (pthread_cond_clockwait)(c, m, clock, deadline);
#endif
    (void)clock;
    return (pthread_cond_timedwait)(c, m, deadline);
}
static inline int lab_wrap_wait_free(pthread_cond_t *c, pthread_mutex_t *m, const char *at) {
    struct lab_wrap_waiter w = { chan_lab_me_, m, at };
    int error;
    lab_wrap_unlocks(&lab_wrap_mutex, m);
    lab_state_set_op(w.me, CHAN_LAB_COND_, NULL, 0, at);
    w.me->mutex = m;
    lab_free_wait(w.me, c);
    pthread_cleanup_push(lab_wrap_has_waited, &w);
    error = (pthread_cond_wait)(c, m);
    pthread_cleanup_pop(true);
    return lab_wrap_failed("pthread_cond_wait", error, m, at);
}
static inline int lab_wrap_wait_in_turn(pthread_cond_t *c, pthread_mutex_t *m,
                                        const struct timespec *deadline, const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_COND_, NULL, at);
    long long until = deadline ? lab_wrap_until(deadline) : CHAN_NEVER_;
    lab_wrap_unlocks(&lab_wrap_mutex, m);
    lab_state_enter();
    int error = (pthread_mutex_unlock)(m);
    lab_replay_wake_waiting(m);
    lab_locks_waited(c);
    me->wants = c;
    me->mutex = m;
    me->waits_for = !error && lab_choose_returns(me) ? NULL : c;
    if (!me->waits_for) lab_replay_pass_on(me, false);
    while (!error && me->waits_for == c && chan_lab_.now < until && !lab_replay_is_cancelled(me))
        lab_replay_block(me, until); /* a signal sets waits_for to NULL */
    bool signalled = me->waits_for != c || chan_lab_.now < until;
    me->waits_for = NULL;
    me->wants_mutex = true;
    while (!error && (error = lab_wrap_try(&lab_wrap_mutex, m)) == EBUSY) {
        error = 0;
        me->waits_for = m;
        lab_replay_block(me, CHAN_NEVER_);
    }
    chan_lab_.retried = false;
    lab_state_leave();
    if (!error) lab_wrap_taken(&lab_wrap_mutex, m, at);
    lab_wrap_done(me);
    lab_replay_test_cancel(me);
    if (!error && !signalled) error = ETIMEDOUT;
    return lab_wrap_failed("pthread_cond_wait", error, m, at);
}
/* The clock -1 is the one that the condition has. */
LAB_CALL_ int lab_wrap_cond_wait(pthread_cond_t *c, pthread_mutex_t *m, clockid_t clock,
                                 const struct timespec *deadline, const char *at) {
    if (lab_wrap_is_foreign_cond(c) || lab_wrap_is_foreign_mutex(m))
        return lab_wrap_real_wait(c, m, deadline, clock);
    if (chan_lab_replays_()) return lab_wrap_wait_in_turn(c, m, deadline, at);
    if (!deadline && chan_lab_me_ && !chan_lab_own_.holds) return lab_wrap_wait_free(c, m, at);
    lab_wrap_unlocks(&lab_wrap_mutex, m);
    int error = lab_wrap_real_wait(c, m, deadline, clock);
    lab_wrap_taken(&lab_wrap_mutex, m, at);
    return error;
}
static inline void lab_wrap_wake_in_turn(pthread_cond_t *c, bool all, const char *at) {
    size_t n = 0, i = 0;
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_SIGNAL_, NULL, at);
    lab_state_enter();
    lab_state_each(g) n += g->waits_for == c;
    if (n == 0) lab_locks_signalled(c, at);
    size_t chosen = all ? 0 : lab_choose_pick(n);
    lab_state_each(g)
        if (g->waits_for == c && (all || i++ == chosen)) {
            lab_locks_heard(c, at, all && n > 1 ? NULL : g);
            g->waits_for = NULL;
            lab_replay_set_ready(g);
            lab_replay_progress();
        }
    lab_state_leave();
    lab_wrap_done(me);
}
static inline void lab_wrap_note_signal(pthread_cond_t *c, const char *at) {
    bool any = false;
    lab_state_enter();
    if (chan_lab_.in_locks > 0) lab_state_each(g) any = any || g->wants == c;
    if (any) lab_locks_heard(c, at, NULL); /* the kernel chooses which one */
    else lab_locks_signalled(c, at);
    lab_state_leave();
}
LAB_CALL_ int lab_wrap_cond_wake(pthread_cond_t *c, bool all, const char *at) {
    if (!lab_wrap_is_foreign_cond(c) && chan_lab_me_ && !chan_lab_own_.holds) {
        if (chan_lab_.seeded) lab_wrap_wake_in_turn(c, all, at);
        else lab_wrap_note_signal(c, at);
    }
    return all ? (pthread_cond_broadcast)(c) : (pthread_cond_signal)(c);
}
/* The function of a pthread_once() runs inside of this, so that it is known which goroutine runs
 * it. The function may call pthread_once() for another object. */
struct lab_wrap_once { pthread_once_t *once; void (*f)(void); const char *at; };
static _Thread_local struct lab_wrap_once lab_wrap_next_once;
static inline void lab_wrap_leave_once(void *once) {
    if (chan_lab_me_) lab_locks_let_go(chan_lab_me_, once);
}
/* In glibc and in musl this bit says that the function has returned. */
static inline bool lab_wrap_once_is_done(const pthread_once_t *once) {
    return atomic_load((const atomic_int *)once) & 2;
}
static inline void lab_wrap_inside_once(void) {
    struct lab_wrap_once this = lab_wrap_next_once;
    if (chan_lab_me_ && chan_lab_me_->asleep) lab_free_has_waited(chan_lab_me_);
    if (chan_lab_me_) lab_locks_hold(chan_lab_me_, this.once, LAB_LOCKS_ONCE, false, this.at);
    pthread_cleanup_push(lab_wrap_leave_once, this.once);
    this.f();
    pthread_cleanup_pop(true);
}
static inline int lab_wrap_run_once(pthread_once_t *once, void (*f)(void), const char *at) {
    lab_wrap_next_once = (struct lab_wrap_once){ once, f, at };
    return (pthread_once)(once, lab_wrap_inside_once);
}
struct chan_lab_once_ { pthread_once_t *once; struct chan_lab_once_ *next; }; /* those that run */
static inline struct chan_lab_once_ *lab_wrap_running_once(const pthread_once_t *once) {
    struct chan_lab_once_ *o = chan_lab_.onces;
    while (o && o->once != once) o = o->next;
    return o;
}
static inline int lab_wrap_once_in_turn(pthread_once_t *once, void (*f)(void), const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_ONCE_, NULL, at);
    struct chan_lab_once_ **p, ours = { once, NULL };
    lab_state_enter();
    while (lab_wrap_running_once(once)) {
        me->waits_for = me->wants = once;
        lab_replay_block(me, CHAN_NEVER_);
    }
    ours.next = chan_lab_.onces;
    chan_lab_.onces = &ours;
    lab_state_leave();
    int error = lab_wrap_run_once(once, f, at);
    lab_state_enter();
    for (p = &chan_lab_.onces; *p != &ours;) p = &(*p)->next;
    *p = ours.next;
    lab_replay_wake_waiting(once);
    lab_state_leave();
    lab_wrap_done(me);
    return error;
}
/* Without a seed. The goroutine counts as asleep until the function, which it may run, begins. */
static inline int lab_wrap_once_free(pthread_once_t *once, void (*f)(void), const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    if (!me || chan_lab_own_.holds || lab_wrap_once_is_done(once)) return (pthread_once)(once, f);
    lab_state_set_op(me, CHAN_LAB_ONCE_, NULL, 0, at);
    lab_free_wait(me, once);
    int error = lab_wrap_run_once(once, f, at);
    if (me->asleep) lab_free_has_waited(me);
    lab_wrap_done(me);
    return error;
}
LAB_CALL_ int lab_wrap_pthread_once(pthread_once_t *once, void (*f)(void), const char *at) {
    return chan_lab_replays_() ? lab_wrap_once_in_turn(once, f, at)
                               : lab_wrap_once_free(once, f, at);
}

#endif
