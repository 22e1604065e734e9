/* state.h -- the laboratory's one state: its lock and clock, and the goroutines that live.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_STATE_H
#define CHAN_LAB_STATE_H
#include "text.h"

_Thread_local struct chan_lab_goroutine_ *chan_lab_me_ __attribute__((weak));
struct chan_lab_ chan_lab_ __attribute__((weak)) = { .lock = PTHREAD_MUTEX_INITIALIZER };
_Thread_local volatile struct chan_lab_own_ chan_lab_own_ __attribute__((weak));
/* With the lock the thread is not cancelled: what it calls may be a cancellation point. */
static inline void lab_state_enter(void) {
    int cancel;
    chan_lab_own_.holds = true;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    chan_lab_own_.cancel = cancel;
    (pthread_mutex_lock)(&chan_lab_.lock);
}
/* Before the program dies: waits for the lock, but not forever. A signal may have interrupted its
 * owner. Returns whether it was taken. */
static inline bool lab_state_enter_to_die(void) {
    for (int ms = 0; !chan_lab_own_.holds && ms < 200; ms++) {
        if ((pthread_mutex_trylock)(&chan_lab_.lock) == 0) return true;
        (nanosleep)(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
    return false;
}
static inline void lab_state_leave(void) {
    int cancel = chan_lab_own_.cancel;
    (pthread_mutex_unlock)(&chan_lab_.lock);
    chan_lab_own_.holds = false;
    pthread_setcancelstate(cancel, NULL);
    int number = chan_lab_own_.died; /* the signal has waited for this */
    chan_lab_own_.died = 0;
    if (number) raise(number);
}
#define lab_state_each(g) \
    for (struct chan_lab_goroutine_ *g = chan_lab_.live; g; g = g->next)
static inline const char *lab_state_spelled(const char *at) { return at + strlen(at) + 1; }
static inline void *lab_state_alloc(size_t size) {
    void *p = calloc(1, size);
    if (!p) chan_panic_("the laboratory has no memory: %s\n", strerror(ENOMEM));
    return p;
}
/* Nanoseconds since the program's start. Under a seed they are virtual, and each call returns one
 * more, so that events at the same virtual time still have an order. */
static inline long long lab_state_real_clock(void) {
    return chan_clock_(CLOCK_MONOTONIC);
}
enum { CHAN_LAB_EPOCH_S_ = 1000 }; /* what the virtual clock shows when the program starts */
LAB_CALL_ long long lab_state_now(void) {
    return chan_lab_me_ ? CHAN_LAB_EPOCH_S_ * 1000000000LL + chan_lab_.now : lab_state_real_clock();
}
LAB_CALL_ long long chan_now_(void) { /* of the engine */
    return chan_lab_.seeded ? lab_state_now() : chan_clock_(CLOCK_MONOTONIC);
}
static inline long long lab_state_clock(void) {
    for (long long last = chan_lab_.shown, next; chan_lab_.seeded;) {
        next = (last > chan_lab_.now ? last : chan_lab_.now) + 1;
        if (atomic_compare_exchange_strong(&chan_lab_.shown, &last, next)) return next;
    }
    return lab_state_real_clock() - chan_lab_.began;
}
static inline const char *lab_state_verb(int kind) {
    static const char *const verbs[] = {
        [CHAN_LAB_NONE_] = "goes on", [CHAN_LAB_RECV_] = "receive on",
        [CHAN_LAB_SEND_] = "send on", [CHAN_LAB_CLOSE_] = "close",
        [CHAN_LAB_SELECT_] = "select of", [CHAN_LAB_WAIT_] = "wait group",
        [CHAN_LAB_ADD_] = "count", [CHAN_LAB_SLEEP_] = "sleep", [CHAN_LAB_START_] = "start of",
        [CHAN_LAB_END_] = "end", [CHAN_LAB_GO_] = "go", [CHAN_LAB_MUTEX_] = "mutex",
        [CHAN_LAB_RWLOCK_] = "rwlock", [CHAN_LAB_COND_] = "condition", [CHAN_LAB_ONCE_] = "once",
        [CHAN_LAB_JOIN_] = "join of", [CHAN_LAB_LOOK_] = "look at", [CHAN_LAB_UNLOCK_] = "unlock",
        [CHAN_LAB_FREE_] = "free", [CHAN_LAB_CREATE_] = "pthread_create",
        [CHAN_LAB_SIGNAL_] = "signal",
        [CHAN_LAB_ABORT_] = "abort", [CHAN_LAB_ATOMIC_] = "atomic", [CHAN_LAB_SYSTEM_] = "call of",
        [CHAN_LAB_SEM_] = "semaphore", [CHAN_LAB_BARRIER_] = "barrier",
        [CHAN_LAB_SPIN_] = "spinlock",
    };
    return verbs[kind];
}
static inline void lab_state_set_op(struct chan_lab_goroutine_ *g, int kind, struct chan_ *c,
                                    long long n, const char *at) {
    atomic_store_explicit(&g->op.kind, kind, memory_order_relaxed);
    atomic_store_explicit(&g->op.at, at, memory_order_relaxed);
    if (at) g->was_at = at;
    atomic_store_explicit(&g->op.chan, c, memory_order_relaxed);
    atomic_store_explicit(&g->op.n, n, memory_order_relaxed);
}
static inline struct chan_lab_goroutine_ *lab_state_add_goroutine(const char *name,
                                                                  const char *at) {
    struct chan_lab_goroutine_ *g = lab_state_alloc(sizeof *g);
    lab_state_enter();
    *g = (struct chan_lab_goroutine_){ .prev = chan_lab_.last, .number = ++chan_lab_.numbers,
        .by = chan_lab_me_ ? chan_lab_me_->number : 0, .name = name, .at = at,
        .op = { CHAN_LAB_START_, .at = at }, .deadline = CHAN_NEVER_ };
    *(chan_lab_.last ? &chan_lab_.last->next : &chan_lab_.live) = g;
    chan_lab_.last = g;
    lab_state_leave();
    return g;
}
static inline void lab_state_remove_goroutine(struct chan_lab_goroutine_ *g) {
    *(g->prev ? &g->prev->next : &chan_lab_.live) = g->next;
    *(g->next ? &g->next->prev : &chan_lab_.last) = g->prev;
}
/* Notes that this goroutine uses an end. An entry is written once, before the count includes it. */
static inline void lab_state_add_user(struct chan_lab_users_ *users) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    int known = (int)(sizeof users->who / sizeof *users->who), n = users->n;
    for (int i = n < known ? n : known; i-- > 0;)
        if (users->who[i].number == me->number) return;
    if (n > known) return;
    lab_state_enter();
    n = users->n;
    if (n < known) {
        users->who[n].number = me->number;
        users->who[n].name = me->name;
    }
    if (n <= known) users->n = n + 1;
    lab_state_leave();
}

#endif
