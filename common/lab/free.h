/* free.h -- the machine without a seed: goroutines run as they like. It counts which of them
 * are awake, and so knows whether all are stuck.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_FREE_H
#define CHAN_LAB_FREE_H
#include "outside.h"

/* A goroutine that waits for a lock is asleep in the real call, and another thread's unlock wakes
 * it without the laboratory. So it counts itself: as asleep before the call, as awake after it.
 * Between an unlock and that moment it only seems to be asleep. Therefore two things must hold
 * before it counts as stuck. The lock has a holder, which every unlock takes away first. And the
 * kernel says that the thread is asleep for this very object. */
static inline bool lab_free_is_held(const void *lock) {
    return lab_locks_holders(lock, NULL, 0) > 0;
}
static inline size_t lab_free_size(int kind) {
    switch (kind) {
    case CHAN_LAB_MUTEX_: return sizeof(pthread_mutex_t);
    case CHAN_LAB_RWLOCK_: return sizeof(pthread_rwlock_t);
    case CHAN_LAB_COND_: return sizeof(pthread_cond_t);
    case CHAN_LAB_ONCE_: return sizeof(pthread_once_t);
    case CHAN_LAB_SEM_: return sizeof(sem_t);
    case CHAN_LAB_BARRIER_: return sizeof(pthread_barrier_t);
    default: return 0;
    }
}
static inline bool lab_free_is_inside(const void *address, const void *object, size_t size) {
    return (size_t)address - (size_t)object < size;
}
/* Whether the waiter is asleep until a signal, or until the barrier is full. musl waits for an
 * address on the waiter's own stack. */
static inline bool lab_free_is_unsignalled(const struct chan_lab_goroutine_ *g,
                                           const void *address) {
#ifdef __GLIBC__
    return lab_free_is_inside(address, g->wants, lab_free_size(g->op.kind));
#else
    (void)g;
    return address != NULL;
#endif
}
static inline bool lab_free_is_in_vain(struct chan_lab_goroutine_ *g) {
    int kind = g->op.kind;
    if (kind == CHAN_LAB_SPIN_) return lab_free_is_held(g->wants);
    const void *address = lab_threads_futex(g->tid);
    if (lab_free_is_inside(address, &chan_lab_.lock, sizeof chan_lab_.lock)) return false;
    if (kind == CHAN_LAB_COND_)
        g->wants_mutex = lab_free_is_inside(address, g->mutex, sizeof(pthread_mutex_t));
    if (kind == CHAN_LAB_COND_ && g->wants_mutex) return lab_free_is_held(g->mutex);
    if (kind == CHAN_LAB_COND_ || kind == CHAN_LAB_BARRIER_)
        return lab_free_is_unsignalled(g, address);
    if (!lab_free_is_inside(address, g->wants, lab_free_size(kind))) return false;
    if (kind == CHAN_LAB_SEM_) return !lab_threads_has_handlers();
    return lab_free_is_held(g->wants);
}
/* With the lock: no goroutine that is asleep in the call of a lock will return from it, provided
 * that all others are asleep too. It looks at the threads one after another. So it looks twice, and
 * none of them may have run in between: then all were asleep when the first look ended. */
static inline bool lab_free_locks_are_stuck(void) {
    lab_state_each(g) if (g->cancelled) return false; /* it ends, soon or at its next wait */
    if (chan_lab_.in_locks == 0) return true;
    lab_state_each(g) {
        if (g->asleep) g->falls_asleep = lab_threads_falls_asleep(g->tid);
        if (g->asleep && (g->falls_asleep < 0 || !lab_free_is_in_vain(g))) return false;
    }
    lab_state_each(g)
        if (g->asleep && (!lab_free_is_in_vain(g)
                          || lab_threads_falls_asleep(g->tid) != g->falls_asleep)) return false;
    return true;
}
static inline void lab_free_wake_watcher(void);
/* Called with the lock, which it releases meanwhile. The last thread that falls asleep checks
 * whether all are asleep, less and less often, until it is woken: a thread that is not counted may
 * end, and one that has just ended is still listed. A thread that does not sleep in a parker checks
 * for a short time only. Returns true if all are stuck. */
static inline bool lab_free_is_stuck(atomic_int *parker, long long deadline) {
    for (int ms = 1, n = 0; parker || n < 10; n++, ms += ms < 50 ? ms : 0) {
        if (chan_lab_.seeded || chan_lab_.awake || chan_lab_.timed || !chan_lab_.live) return false;
        if (parker && (*parker != CHAN_PARKED_ || lab_state_real_clock() >= deadline)) return false;
        if (lab_free_locks_are_stuck() && lab_threads_none_else()) return true;
        if (!parker && chan_lab_.in_locks) break;
        lab_state_leave();
        struct timespec t = { .tv_nsec = ms * 1000000 };
        if (!parker) (nanosleep)(&t, NULL);
        else syscall(SYS_futex, parker, 128 /* WAIT, private */, CHAN_PARKED_, &t, NULL, 0);
        lab_state_enter();
    }
    lab_free_wake_watcher();
    return false;
}
/* Every 10 to 50 ms, in a thread of its own, while all goroutines seem to be asleep and one of them
 * in the call of a lock. The last thread that falls asleep in such a call can not check again. */
static inline int lab_free_watch(int idle) {
    bool all_asleep = !chan_lab_.awake && !chan_lab_.timed && chan_lab_.live;
    if (!all_asleep) return idle + 1;
    if (!chan_lab_.written && lab_free_locks_are_stuck() && lab_threads_none_else())
        lab_report_stuck();
    return 0;
}
static inline void lab_free_rest(void) { /* until another thread wakes it */
    chan_lab_.rests = 1;
    lab_state_leave();
    while (chan_lab_.rests)
        syscall(SYS_futex, &chan_lab_.rests, 128 /* WAIT, private */, 1, NULL, NULL, 0);
    lab_state_enter();
}
static inline void *lab_free_watcher_main(void *thread) {
    lab_threads_is_ours(thread);
    for (int idle = 0, ms = 10;; ms = ms < 50 ? ms + 5 : 50) {
        (nanosleep)(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
        lab_state_enter();
        idle = lab_free_watch(idle);
        bool is_last = !chan_lab_.live && !lab_threads_any(lab_threads_is_another);
        if (idle > 20 && chan_lab_.live) {
            lab_free_rest();
            idle = 0;
            ms = 5;
        }
        lab_state_leave();
        if (is_last) exit(0); /* main's thread has ended before, and the others since */
    }
    return NULL;
}
/* With the lock. */
static inline void lab_free_wake_watcher(void) {
    if (chan_lab_.seeded) return;
    if (!chan_lab_.watched) lab_threads_start(lab_free_watcher_main);
    chan_lab_.watched = true;
    if (!chan_lab_.rests) return;
    chan_lab_.rests = 0;
    syscall(SYS_futex, &chan_lab_.rests, 129 /* WAKE, private */, 1, NULL, NULL, 0);
}
/* The goroutine is about to wait for a lock, without a deadline; and has waited. */
static inline void lab_free_wait(struct chan_lab_goroutine_ *me, const void *object) {
    lab_record_enters(me);
    if (chan_lab_.tracing) lab_record_event(CHAN_LAB_BLOCK_, 0);
    lab_state_enter();
    me->wants = object;
    me->asleep = true;
    if (me->mutex) lab_locks_waited(object); /* it is a condition */
    chan_lab_.in_locks++;
    if (--chan_lab_.awake == 0 && chan_lab_.timed == 0) lab_free_wake_watcher();
    lab_state_leave();
}
static inline void lab_free_has_waited(struct chan_lab_goroutine_ *me) {
    lab_state_enter();
    me->wants = me->mutex = NULL;
    me->asleep = me->wants_mutex = false;
    chan_lab_.in_locks--;
    chan_lab_.awake++;
    lab_state_leave();
    if (chan_lab_.tracing) lab_record_event(CHAN_LAB_WAKE_, 0);
    lab_record_leaves(me);
}
static inline void lab_free_count_awake(void) {
    lab_state_enter();
    chan_lab_.awake++;
    lab_state_leave();
}
/* With the lock: a goroutine that joins a thread counts as asleep until the thread ends. If the
 * thread joins this goroutine too, that is an error, and it stays awake. */
static inline void lab_free_join(struct chan_lab_goroutine_ *me, struct chan_lab_thread_ *t) {
    struct chan_lab_thread_ *self = pthread_getspecific(chan_lab_.at_end);
    if (!t || t == self || t->joiner) return;
    if (self && self->joiner && pthread_equal(self->joiner->thread, t->id)) return;
    t->joiner = me;
    me->joins = t;
    chan_lab_.awake--;
    if (lab_free_is_stuck(NULL, 0)) lab_report_stuck();
}
/* With the lock: the goroutine that joins the thread is awake again. */
static inline void lab_free_joined(struct chan_lab_thread_ *t) {
    if (!t || !t->joiner) return;
    t->joiner->joins = NULL;
    t->joiner = NULL;
    chan_lab_.awake++;
}
/* Without a seed: parks, and is awake again. An idle thread comes here too, without a goroutine. */
static inline void lab_free_fall_asleep(struct chan_parker_ *p, long long deadline) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    if (me) lab_record_event(CHAN_LAB_BLOCK_, 0);
    lab_state_enter();
    if (me) {
        me->parked = p;
        me->parked_timed = deadline < CHAN_NEVER_;
    }
    if (me) chan_lab_.timed += deadline < CHAN_NEVER_;
    chan_lab_.awake--;
    if (lab_free_is_stuck(&p->state, deadline)) lab_report_stuck();
    lab_state_leave();
}
static inline void lab_free_wake_up(struct chan_parker_ *p, long long deadline) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    if (!me) return;
    lab_state_enter();
    me->parked = NULL;
    chan_lab_.timed -= deadline < CHAN_NEVER_;
    lab_state_leave();
    lab_record_event(CHAN_LAB_WAKE_, p->state == CHAN_WOKEN_ ? p->lab.by : 0);
}
static inline bool lab_free_park(struct chan_parker_ *p, long long deadline) {
    if (chan_is_woken_soon_(p, deadline)) return true;
    int looking = CHAN_LOOKING_;
    CHAN_STEP_();
    if (!atomic_compare_exchange_strong(&p->state, &looking, CHAN_PARKED_)) return true;
    lab_free_fall_asleep(p, deadline);
    while (p->state == CHAN_PARKED_) {
        if (chan_sleeps_until_(p, deadline)) continue;
        int parked = CHAN_PARKED_;
        if (atomic_compare_exchange_strong(&p->state, &parked, CHAN_LOOKING_))
            lab_free_count_awake();
    }
    lab_free_wake_up(p, deadline);
    return p->state == CHAN_WOKEN_;
}
/* At the program's end, with the lock, which lab_free_settle() releases meanwhile: a goroutine that
 * is about to block or to end gets a moment for it. */
static inline bool lab_free_is_parking(struct chan_lab_goroutine_ *g) {
    int kind = g->op.kind;
    return !g->parked && (kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_
                          || kind == CHAN_LAB_SELECT_ || kind == CHAN_LAB_WAIT_);
}
static inline void lab_free_settle(void) {
    bool moves = true, parks = true;
    for (int ms = 0; ms < (parks ? 1000 : moves ? 50 : 0); ms++) {
        lab_state_leave();
        if (ms) (nanosleep)(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        lab_state_enter();
        moves = parks = false;
        lab_state_each(g) {
            if (g == chan_lab_me_ || lab_report_is_left(g)) continue;
            moves = true;
            parks = parks || lab_free_is_parking(g);
        }
    }
}

#endif
