/* wrap_sem.h -- stands around semaphores, barriers and spinlocks.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_WRAP_SEM_H
#define CHAN_LAB_WRAP_SEM_H
#include "wrap_locks.h"

/* The words of these objects, as glibc and musl have them. Objects that processes share are left
 * alone. */
#ifdef __GLIBC__
static inline bool lab_wrap_is_foreign_sem(const sem_t *s) { return lab_wrap_word(s, 2) != 0; }
static inline bool lab_wrap_is_foreign_barrier(const pthread_barrier_t *b) {
    return lab_wrap_word(b, 3) != 0;
}
static inline long long lab_wrap_barrier_size(const pthread_barrier_t *b) {
    return lab_wrap_word(b, 2);
}
#else
static inline bool lab_wrap_is_foreign_sem(const sem_t *s) { return lab_wrap_word(s, 2) == 0; }
static inline bool lab_wrap_is_foreign_barrier(const pthread_barrier_t *b) {
    return lab_wrap_word(b, 2) > INT_MAX;
}
static inline long long lab_wrap_barrier_size(const pthread_barrier_t *b) {
    return lab_wrap_word(b, 2) % (1U + INT_MAX) + 1LL;
}
#endif
/* Semaphores. A signal handler may post one. Then the laboratory cannot say that no goroutine will,
 * and a goroutine that waits for a semaphore waits for the outside. */
static inline int lab_wrap_real_sem_wait(sem_t *s, clockid_t clock, const struct timespec *until) {
    if (!until) return (sem_wait)(s);
    return lab_wrap_until_clock(sem_timedwait, sem_clockwait, s, until, clock);
}
static inline int lab_wrap_sem_taken(sem_t *s, const char *at) {
    lab_state_enter();
    lab_locks_semaphore_taken(chan_lab_me_, s, at);
    lab_state_leave();
    return 0;
}
static inline bool lab_wrap_sem_has_come(const struct chan_lab_goroutine_ *g, bool idle) {
    int value = 0;
    (void)idle;
    return sem_getvalue((sem_t *)(size_t)g->outside, &value) == 0 && value > 0;
}
static inline int lab_wrap_sem_wait_in_turn(sem_t *s, const struct timespec *deadline,
                                            const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_SEM_, NULL, at);
    long long until = deadline ? lab_wrap_until(deadline) : CHAN_NEVER_;
    int result = -1;
    me->op.n = -1;
    lab_state_enter();
    while (!lab_replay_is_cancelled(me)
           && (result = (sem_trywait)(s)) != 0 && errno == EAGAIN && chan_lab_.now < until) {
        me->waits_for = me->wants = s;
        bool outside = lab_threads_has_handlers();
        if (outside) lab_replay_wait_outside(me, lab_wrap_sem_has_come, s, until);
        else lab_replay_block(me, until);
    }
    int error = result == 0 ? 0 : errno == EAGAIN ? ETIMEDOUT : errno;
    me->interrupted = false;
    chan_lab_.retried = false;
    lab_replay_progress();
    lab_state_leave();
    lab_wrap_done(me);
    if (result != 0) lab_replay_test_cancel(me);
    if (error) errno = error;
    return result;
}
static inline void lab_wrap_sem_has_waited(void *me) {
    int error = errno;
    lab_free_has_waited(me);
    lab_wrap_done(me);
    errno = error;
}
static inline int lab_wrap_sem_wait_free(sem_t *s, const char *at) {
    int result = (sem_trywait)(s);
    if (result == 0 || errno != EAGAIN) return result;
    lab_state_set_op(chan_lab_me_, CHAN_LAB_SEM_, NULL, -1, at);
    lab_free_wait(chan_lab_me_, s);
    pthread_cleanup_push(lab_wrap_sem_has_waited, chan_lab_me_);
    result = (sem_wait)(s);
    pthread_cleanup_pop(true);
    return result;
}
LAB_CALL_ int lab_wrap_sem_wait(sem_t *s, clockid_t clock, const struct timespec *until,
                                const char *at) {
    bool knows = chan_lab_me_ && !chan_lab_own_.holds && !lab_wrap_is_foreign_sem(s);
    if (!knows || (until && !chan_lab_.seeded)) return lab_wrap_real_sem_wait(s, clock, until);
    int result = chan_lab_.seeded ? lab_wrap_sem_wait_in_turn(s, until, at)
                                  : lab_wrap_sem_wait_free(s, at);
    return result == 0 ? lab_wrap_sem_taken(s, at) : result;
}
LAB_CALL_ int lab_wrap_sem_trywait(sem_t *s, const char *at) {
    bool knows = chan_lab_me_ && !chan_lab_own_.holds && !lab_wrap_is_foreign_sem(s);
    if (knows) lab_wrap_look(at);
    int result = (sem_trywait)(s);
    return knows && result == 0 ? lab_wrap_sem_taken(s, at) : result;
}
/* A signal handler may call this at any moment, except while its thread holds the laboratory's
 * lock. So it is no point at which the turn passes on. */
LAB_CALL_ int lab_wrap_sem_post(sem_t *s) {
    int result = (sem_post)(s), error = errno;
    if (!chan_lab_replays_()) return result;
    lab_state_enter();
    lab_replay_wake_waiting(s);
    lab_replay_progress();
    lab_replay_wake(NULL);
    /* In a handler of a thread that sleeps until it has the turn. */
    if (chan_lab_.running == chan_lab_me_) chan_lab_me_->turn = 1;
    lab_state_leave();
    errno = error;
    return result;
}
LAB_CALL_ int lab_wrap_sem_init(sem_t *s, int shared, unsigned value) {
    lab_wrap_is_new(s);
    return (sem_init)(s, shared, value);
}
LAB_CALL_ int lab_wrap_sem_destroy(sem_t *s) {
    lab_wrap_is_new(s);
    return (sem_destroy)(s);
}
LAB_CALL_ int lab_wrap_sem_getvalue(sem_t *s, int *value, const char *at) {
    lab_wrap_look(at);
    return (sem_getvalue)(s, value);
}
/* Barriers. Under a seed the last goroutine to arrive wakes the others. */
static inline int lab_wrap_barrier_in_turn(pthread_barrier_t *b, const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_BARRIER_, NULL, at);
    long long arrived = 1, size = lab_wrap_barrier_size(b);
    me->op.n = size;
    lab_state_enter();
    lab_state_each(g) arrived += g->waits_for == b;
    bool is_last = arrived >= size;
    me->waits_for = me->wants = is_last ? NULL : b;
    lab_state_each(g)
        if (is_last && g->waits_for == b) {
            g->waits_for = NULL;
            lab_replay_set_ready(g);
        }
    lab_replay_progress();
    while (me->waits_for == b) lab_replay_block(me, CHAN_NEVER_);
    lab_state_leave();
    lab_wrap_done(me);
    return is_last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}
LAB_CALL_ int lab_wrap_barrier_wait(pthread_barrier_t *b, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    if (!me || chan_lab_own_.holds || lab_wrap_is_foreign_barrier(b))
        return (pthread_barrier_wait)(b);
    if (chan_lab_.seeded) return lab_wrap_barrier_in_turn(b, at);
    lab_state_set_op(me, CHAN_LAB_BARRIER_, NULL, lab_wrap_barrier_size(b), at);
    lab_free_wait(me, b);
    int result = (pthread_barrier_wait)(b);
    lab_free_has_waited(me);
    lab_wrap_done(me);
    return result;
}
/* Spinlocks. A goroutine that finds one taken yields, which is kinder than the real call. */
static inline bool lab_wrap_is_never_foreign(const void *object) {
    (void)object;
    return false;
}
static inline int lab_wrap_try_spin(void *l) { return (pthread_spin_trylock)(l); }
static inline int lab_wrap_lock_spin(void *l, const struct timespec *until, clockid_t clock) {
    (void)clock;
    int error;
    for (int n = 0; (error = (pthread_spin_trylock)(l)) == EBUSY && !until; n++)
        if (n < 100) (sched_yield)();
        else (nanosleep)(&(struct timespec){ .tv_nsec = 50000 }, NULL);
    return error;
}
static inline int lab_wrap_unlock_spin(void *l) { return (pthread_spin_unlock)(l); }
static const struct lab_wrap_lock lab_wrap_spin = {
    CHAN_LAB_SPIN_, LAB_LOCKS_SPIN, "pthread_spin_lock", "pthread_spin_lock",
    "pthread_spin_unlock", lab_wrap_is_never_foreign,
    lab_wrap_try_spin, lab_wrap_lock_spin, lab_wrap_unlock_spin };
LAB_CALL_ int lab_wrap_spin_lock(pthread_spinlock_t *l, const char *at) {
    return lab_wrap_take(&lab_wrap_spin, (void *)(size_t)l, NULL, CLOCK_REALTIME, at);
}
LAB_CALL_ int lab_wrap_spin_trylock(pthread_spinlock_t *l, const char *at) {
    return lab_wrap_take_now(&lab_wrap_spin, (void *)(size_t)l, at);
}
LAB_CALL_ int lab_wrap_spin_unlock(pthread_spinlock_t *l, const char *at) {
    return lab_wrap_let_go(&lab_wrap_spin, (void *)(size_t)l, at);
}

#endif
