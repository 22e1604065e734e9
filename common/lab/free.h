/* free.h -- the machine without a seed: goroutines run as they like. It counts which of them
 * are awake, and so knows whether all are stuck.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_FREE_H
#define CHAN_LAB_FREE_H
#include "outside.h"

/* Called with the lock, which it releases meanwhile. The last thread that falls asleep checks
 * whether all are asleep, less and less often, until it is woken: a thread that is not counted may
 * end, and one that has just ended is still listed. A thread that does not sleep in a parker checks
 * for a short time only. Returns true if all are stuck. */
static inline bool lab_free_is_stuck(atomic_int *parker, long long deadline) {
    for (int ms = 1, n = 0; parker || n < 10; n++, ms += ms < 50 ? ms : 0) {
        if (chan_lab_.seeded || chan_lab_.awake || chan_lab_.timed || !chan_lab_.live) return false;
        if (parker && (*parker != CHAN_PARKED_ || lab_state_real_clock() >= deadline)) return false;
        if (lab_threads_none_else()) return true;
        lab_state_leave();
        struct timespec t = { .tv_nsec = ms * 1000000 };
        if (!parker) (nanosleep)(&t, NULL);
        else syscall(SYS_futex, parker, 128 /* WAIT, private */, CHAN_PARKED_, &t, NULL, 0);
        lab_state_enter();
    }
    return false;
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
