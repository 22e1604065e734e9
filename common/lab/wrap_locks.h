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
    int kind, how;
    int (*try)(void *);
    int (*lock)(void *, const struct timespec *);
    int (*unlock)(void *);
};
static const struct lab_wrap_lock lab_wrap_mutex = { CHAN_LAB_MUTEX_, LAB_LOCKS_MUTEX,
    lab_wrap_try_mutex, lab_wrap_lock_mutex, lab_wrap_unlock_mutex };
static const struct lab_wrap_lock lab_wrap_reader = { CHAN_LAB_RWLOCK_, LAB_LOCKS_READING,
    lab_wrap_try_read, lab_wrap_lock_read, lab_wrap_unlock_rw };
static const struct lab_wrap_lock lab_wrap_writer = { CHAN_LAB_RWLOCK_, LAB_LOCKS_WRITING,
    lab_wrap_try_write, lab_wrap_lock_write, lab_wrap_unlock_rw };
/* Notes that the lock is taken. Only a reader, or the owner of a recursive mutex, may take it a
 * second time. */
static inline bool lab_wrap_is_recursive(const void *mutex) {
#ifdef __GLIBC__
    return (((const pthread_mutex_t *)mutex)->__data.__kind & 3) == PTHREAD_MUTEX_RECURSIVE;
#else
    return (*(const int *)mutex & 3) == PTHREAD_MUTEX_RECURSIVE;
#endif
}
static inline void lab_wrap_taken(const struct lab_wrap_lock *lock, const void *object,
                                  const char *at) {
    bool counts = lock->how == LAB_LOCKS_READING
                  || (lock->how == LAB_LOCKS_MUTEX && lab_wrap_is_recursive(object));
    if (chan_lab_me_) lab_locks_hold(chan_lab_me_, object, lock->how, counts, at);
}
static inline void lab_wrap_unlocks(const void *object) {
    if (chan_lab_me_) lab_locks_let_go(chan_lab_me_, object);
}
/* Under a seed a lock is taken by trying. Between two tries the goroutine waits until another one
 * unlocks it. */
static inline int lab_wrap_take(const struct lab_wrap_lock *lock, void *object,
                                const struct timespec *deadline, const char *at) {
    int error = 0;
    if (!chan_lab_replays_()) {
        error = lock->lock(object, deadline);
        if (!error) lab_wrap_taken(lock, object, at);
        return error;
    }
    struct chan_lab_goroutine_ *me = lab_wrap_begin(lock->kind, NULL, at);
    long long until = deadline ? lab_wrap_until(deadline) : CHAN_NEVER_;
    lab_state_enter();
    while ((error = lock->try(object)) == EBUSY && chan_lab_.now < until) {
        me->waits_for = object;
        me->wants = object;
        lab_replay_block(me, until);
    }
    chan_lab_.retried = false;
    lab_state_leave();
    if (!error) lab_wrap_taken(lock, object, at);
    lab_wrap_done(me);
    return error == EBUSY ? ETIMEDOUT : error;
}
static inline int lab_wrap_let_go(const struct lab_wrap_lock *lock, void *object, const char *at) {
    if (!chan_lab_replays_()) {
        lab_wrap_unlocks(object);
        return lock->unlock(object);
    }
    lab_wrap_begin(CHAN_LAB_UNLOCK_, NULL, at);
    lab_wrap_unlocks(object);
    lab_state_enter();
    int error = lock->unlock(object);
    lab_replay_wake_waiting(object);
    lab_state_leave();
    lab_wrap_done(chan_lab_me_);
    return error;
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
LAB_CALL_ int lab_wrap_mutex_destroy(pthread_mutex_t *m) {
    int error = (pthread_mutex_destroy)(m);
    if (!error) lab_wrap_is_new(m);
    return error;
}
LAB_CALL_ int lab_wrap_rwlock_init(pthread_rwlock_t *l, const pthread_rwlockattr_t *attr) {
    lab_wrap_is_new(l);
    return (pthread_rwlock_init)(l, attr);
}
LAB_CALL_ int lab_wrap_rwlock_destroy(pthread_rwlock_t *l) {
    int error = (pthread_rwlock_destroy)(l);
    if (!error) lab_wrap_is_new(l);
    return error;
}
LAB_CALL_ int lab_wrap_cond_init(pthread_cond_t *c, const pthread_condattr_t *attr) {
    lab_wrap_is_new(c);
    return (pthread_cond_init)(c, attr);
}
LAB_CALL_ int lab_wrap_cond_destroy(pthread_cond_t *c) {
    int error = (pthread_cond_destroy)(c);
    if (!error) lab_wrap_is_new(c);
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
    int error = (pthread_mutex_trylock)(m);
    if (!error) lab_wrap_taken(&lab_wrap_mutex, m, at);
    return error;
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
LAB_CALL_ int lab_wrap_rwlock_tryrdlock(pthread_rwlock_t *l, const char *at) {
    lab_wrap_look(at);
    int error = (pthread_rwlock_tryrdlock)(l);
    if (!error) lab_wrap_taken(&lab_wrap_reader, l, at);
    return error;
}
LAB_CALL_ int lab_wrap_rwlock_trywrlock(pthread_rwlock_t *l, const char *at) {
    lab_wrap_look(at);
    int error = (pthread_rwlock_trywrlock)(l);
    if (!error) lab_wrap_taken(&lab_wrap_writer, l, at);
    return error;
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
    lab_wrap_unlocks(m);
    lab_state_enter();
    int error = (pthread_mutex_unlock)(m);
    lab_replay_wake_waiting(m);
    lab_locks_waited(c);
    me->wants = c;
    for (me->waits_for = c; !error && me->waits_for == c && chan_lab_.now < until;)
        lab_replay_block(me, until); /* a signal sets waits_for to NULL */
    bool signalled = me->waits_for != c;
    me->waits_for = NULL;
    me->wants = m;
    me->wants_mutex = true;
    while (!error && (error = lab_wrap_try_mutex(m)) == EBUSY) {
        error = 0;
        me->waits_for = m;
        lab_replay_block(me, CHAN_NEVER_);
    }
    chan_lab_.retried = false;
    lab_state_leave();
    if (!error) lab_wrap_taken(&lab_wrap_mutex, m, at);
    lab_wrap_done(me);
    return error ? error : signalled ? 0 : ETIMEDOUT;
}
LAB_CALL_ int lab_wrap_cond_wake(pthread_cond_t *c, bool all, const char *at) {
    if (chan_lab_replays_()) {
        size_t n = 0, i = 0;
        struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_LOOK_, NULL, at);
        lab_state_enter();
        lab_state_each(g) n += g->waits_for == c;
        if (n == 0) lab_locks_signalled(c, at);
        size_t chosen = all ? 0 : lab_choose_pick(n);
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
/* The function of a pthread_once() runs inside of this, so that it is known which goroutine runs
 * it. The function may call pthread_once() for another object. */
struct lab_wrap_once { pthread_once_t *once; void (*f)(void); const char *at; };
static _Thread_local struct lab_wrap_once lab_wrap_next_once;
static inline void lab_wrap_leave_once(void *once) { lab_wrap_unlocks(once); }
static inline void lab_wrap_inside_once(void) {
    struct lab_wrap_once this = lab_wrap_next_once;
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
LAB_CALL_ int lab_wrap_pthread_once(pthread_once_t *once, void (*f)(void), const char *at) {
    if (!chan_lab_replays_()) return lab_wrap_run_once(once, f, at);
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_ONCE_, NULL, at);
    struct chan_lab_once_ *o, **p, ours = { once, NULL };
    lab_state_enter();
    do {
        for (o = chan_lab_.onces; o && o->once != once;) o = o->next;
        if (o) {
            me->waits_for = once;
            me->wants = once;
            lab_replay_block(me, CHAN_NEVER_);
        }
    } while (o);
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

#endif
