/* locks.h -- which goroutine holds which lock, and since which line.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_LOCKS_H
#define CHAN_LAB_LOCKS_H
#include "state.h"

/* Each goroutine has a list of the locks that it holds. It writes its own list without the
 * laboratory's lock, so that an uncontended lock stays cheap. Other threads read the list with the
 * laboratory's lock, and only remove entries. What a goroutine held when it ended is in
 * chan_lab_.left. */
enum lab_locks_how {
    LAB_LOCKS_MUTEX, LAB_LOCKS_READING, LAB_LOCKS_WRITING, LAB_LOCKS_ONCE,
    LAB_LOCKS_SPIN
};
struct chan_lab_left_ {
    struct chan_lab_left_ *next;
    const void *lock;
    const char *at, *name;
    int how, number;
};
/* Returns the goroutine's entry for the lock. With NULL it returns a free entry. NULL: none. */
static inline struct chan_lab_held_ *lab_locks_find(struct chan_lab_goroutine_ *g,
                                                    const void *lock) {
    for (struct chan_lab_holds_ *part = &g->holds; part; part = part->more)
        for (size_t i = 0; i < sizeof part->held / sizeof *part->held; i++)
            if (atomic_load_explicit(&part->held[i].lock, memory_order_acquire) == lock)
                return &part->held[i];
    return NULL;
}
static inline struct chan_lab_held_ *lab_locks_free_entry(struct chan_lab_goroutine_ *me) {
    struct chan_lab_held_ *h = lab_locks_find(me, NULL);
    if (h) return h;
    struct chan_lab_holds_ *part = lab_state_alloc(sizeof *part);
    part->more = me->holds.more;
    me->holds.more = part;
    return part->held;
}
/* The goroutine has taken the lock. If it may hold the lock several times, they are counted. */
static inline void lab_locks_hold(struct chan_lab_goroutine_ *me, const void *lock, int how,
                                  bool counts, const char *at) {
    struct chan_lab_held_ *h = lab_locks_find(me, lock);
    if (h && counts) {
        atomic_fetch_add_explicit(&h->depth, 1, memory_order_relaxed);
        return;
    }
    if (!h) h = lab_locks_free_entry(me);
    atomic_store_explicit(&h->at, at, memory_order_relaxed);
    atomic_store_explicit(&h->how, how, memory_order_relaxed);
    atomic_store_explicit(&h->depth, 1, memory_order_relaxed);
    atomic_store_explicit(&h->lock, lock, memory_order_release);
}
static inline bool lab_locks_drop(struct chan_lab_goroutine_ *g, const void *lock) {
    struct chan_lab_held_ *h = lab_locks_find(g, lock);
    if (!h) return false;
    if (atomic_fetch_sub_explicit(&h->depth, 1, memory_order_relaxed) <= 1)
        atomic_store_explicit(&h->lock, NULL, memory_order_release);
    return true;
}
/* With the laboratory's lock: removes what ended goroutines have left. */
static inline bool lab_locks_drop_left(const void *lock) {
    for (struct chan_lab_left_ **p = &chan_lab_.left; *p; p = &(*p)->next) {
        if ((*p)->lock != lock) continue;
        struct chan_lab_left_ *found = *p;
        *p = found->next;
        free(found);
        return true;
    }
    return false;
}
/* With the laboratory's lock: another goroutine than the holder unlocks it. */
static inline void lab_locks_drop_of_another(const void *lock) {
    lab_state_each(g) if (lab_locks_drop(g, lock)) return;
    lab_locks_drop_left(lock);
}
/* The goroutine unlocks it. This comes before the real unlock. */
static inline void lab_locks_let_go(struct chan_lab_goroutine_ *me, const void *lock) {
    if (lab_locks_drop(me, lock)) return;
    lab_state_enter();
    lab_locks_drop_of_another(lock);
    lab_state_leave();
}
/* With the laboratory's lock: the lock is new, or is destroyed. */
static inline void lab_locks_forget(const void *lock) {
    lab_state_each(g) {
        struct chan_lab_held_ *h = lab_locks_find(g, lock);
        if (h) atomic_store_explicit(&h->lock, NULL, memory_order_release);
    }
    while (lab_locks_drop_left(lock)) continue;
    for (size_t i = 0; i < sizeof chan_lab_.signals / sizeof *chan_lab_.signals; i++)
        if (chan_lab_.signals[i].of == lock) chan_lab_.signals[i].of = NULL;
}
/* With the laboratory's lock: the goroutine ends. */
static inline void lab_locks_leave(struct chan_lab_goroutine_ *me) {
    for (struct chan_lab_holds_ *part = &me->holds; part; part = part->more)
        for (size_t i = 0; i < sizeof part->held / sizeof *part->held; i++) {
            struct chan_lab_held_ *h = &part->held[i];
            if (!h->lock) continue;
            struct chan_lab_left_ *left = lab_state_alloc(sizeof *left);
            *left = (struct chan_lab_left_){ chan_lab_.left, h->lock, h->at, me->name, h->how,
                                             me->number };
            chan_lab_.left = left;
            h->lock = NULL;
        }
    for (struct chan_lab_holds_ *part = me->holds.more, *next; part; part = next) {
        next = part->more;
        free(part);
    }
    me->holds.more = NULL;
}
/* With the laboratory's lock: the holders of a lock, in the order of their creation. Returns how
 * many there are, which may be more than `room`. */
struct lab_locks_holder { const char *at, *name; int how, number; bool has_ended; };
static inline int lab_locks_holders(const void *lock, struct lab_locks_holder *into, int room) {
    int n = 0;
    for (struct chan_lab_left_ *left = chan_lab_.left; left; left = left->next)
        if (left->lock == lock && n++ < room)
            into[n - 1] = (struct lab_locks_holder){ left->at, left->name, left->how, left->number,
                                                     true };
    lab_state_each(g) {
        struct chan_lab_held_ *h = lab_locks_find(g, lock);
        if (h && n++ < room)
            into[n - 1] = (struct lab_locks_holder){ h->at, g->name, h->how, g->number, false };
    }
    return n;
}
static inline bool lab_locks_is_written(const void *lock) {
    struct lab_locks_holder holder;
    return lab_locks_holders(lock, &holder, 1) > 0 && holder.how == LAB_LOCKS_WRITING;
}
/* With the laboratory's lock: another goroutine that waits to write, or NULL. op.n says that. */
static inline struct chan_lab_goroutine_ *lab_locks_writer(const struct chan_lab_goroutine_ *me,
                                                           const void *lock) {
    lab_state_each(g)
        if (g != me && g->wants == lock && g->op.kind == CHAN_LAB_RWLOCK_ && g->op.n == 1) return g;
    return NULL;
}
/* The record of the last signal of a condition. There are few: a new one replaces an old one. */
static inline struct chan_lab_signal_ *lab_locks_signal_of(const void *condition) {
    size_t room = sizeof chan_lab_.signals / sizeof *chan_lab_.signals;
    return &chan_lab_.signals[(size_t)condition / 16 % room];
}
/* With the laboratory's lock: a goroutine waits for the condition. */
static inline void lab_locks_waited(const void *condition) {
    struct chan_lab_signal_ *s = lab_locks_signal_of(condition);
    if (s->of != condition) *s = (struct chan_lab_signal_){ .of = condition };
    s->waited = true;
}
/* With the laboratory's lock: the condition was signalled, and no goroutine waited for it. */
static inline void lab_locks_signalled(const void *condition, const char *at) {
    struct chan_lab_signal_ *s = lab_locks_signal_of(condition);
    bool waited = s->of == condition && s->waited;
    *s = (struct chan_lab_signal_){ .of = condition, .at = at, .waited = waited,
                                    .is_first = !waited };
}
/* With the laboratory's lock: the condition was signalled while a goroutine waited for it. woken
 * is the goroutine that the signal woke, or NULL if that is unknown or there are several. */
static inline void lab_locks_heard(const void *condition, const char *at,
                                   const struct chan_lab_goroutine_ *woken) {
    struct chan_lab_signal_ *s = lab_locks_signal_of(condition);
    *s = (struct chan_lab_signal_){ .of = condition, .at = at, .waited = true, .is_heard = true };
    if (!woken) return;
    s->number = woken->number;
    s->name = woken->name;
}
/* With the laboratory's lock: the goroutine has taken the semaphore. */
static inline void lab_locks_semaphore_taken(const struct chan_lab_goroutine_ *me,
                                             const void *semaphore, const char *at) {
    *lab_locks_signal_of(semaphore) = (struct chan_lab_signal_){ .of = semaphore, .at = at,
        .number = me->number, .name = me->name };
}

#endif
