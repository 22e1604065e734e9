/* chan_tsan.h -- announces to ThreadSanitizer what chan.h orders.
 *
 * chan.h includes this file if it is in the same folder. Without -fsanitize=thread it does nothing.
 *
 * ThreadSanitizer must see the order that the top of chan.h promises, and no more. The header's
 * locks order more: each operation on a channel after the one before. ThreadSanitizer would then
 * find a race only in runs in which no lock comes between the two accesses. So the locks, and what
 * they guard, are hidden from ThreadSanitizer, and the promised order is announced:
 *
 *   - Each slot of a buffer has an edge. A send leaves in it what happened before this send, and
 *     takes from it what happened before the receive that has made the slot free. A receive does
 *     the same the other way round.
 *   - An operation that waits brings an edge of its own. When another thread serves it the edge
 *     becomes the slot's, and the operation takes the slot's old one away. Without a buffer the two
 *     threads use the edge of the one that waits.
 *   - A close is ordered before each receive that returns because of it, wg_done() before
 *     wg_wait(), and go() before its function.
 *   - chan_free() comes after all that has been done with the channel. A use that is not ordered
 *     before it, or that comes later, is a race.
 *   - A goroutine's thread is detached and ends with it, so that no order is seen between two
 *     goroutines that use one thread, one after the other.
 *
 * With -DCHAN_TSAN_SEES_ALL nothing is hidden and nothing announced: then ThreadSanitizer judges
 * chan.h itself. All files of a program are compiled in the same way.
 *
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_TSAN_H
#define CHAN_TSAN_H
#ifdef __SANITIZE_THREAD__
#define CHAN_TSAN_IS_HERE_
#elif defined __has_feature
#if __has_feature(thread_sanitizer)
#define CHAN_TSAN_IS_HERE_
#endif
#endif
#if defined CHAN_TSAN_IS_HERE_ && !defined CHAN_TSAN_SEES_ALL
#define CHAN_TSAN_LOOKS_
#undef CHAN_TSAN_
#define CHAN_TSAN_(field) field
#endif

/* Pauses. A race is seen only if no promised order comes between its two accesses, and chance often
 * puts one there. For example, the first of two workers has received all values before the second
 * one starts. With a number CHAN_PAUSES in the environment, goroutines that are started one after
 * the other begin together, and threads pause at random where they use the header: for up to 3 ms,
 * and later rarely and for up to 0.3 ms. The number determines how long each pause of a thread is.
 * If it is divisible by 4, about half of the threads make none. */
#if defined CHAN_TSAN_LOOKS_ && !defined CHAN_STEP_
#define CHAN_TSAN_PAUSES_
#define CHAN_STEP_() chan_tsan_step_()
__attribute__((weak, visibility("hidden"))) struct chan_pauses_ {
    unsigned long long seed; /* 0: none. Written before main begins. */
    atomic_uint threads;     /* how many have come to a step, */
    atomic_uint starts;      /* and how many have begun with a wait */
    atomic_uint made;        /* how many pauses */
    atomic_llong created;    /* when a thread was last created, */
    atomic_llong go_on;      /* and when those that have begun go on, in nanoseconds */
} chan_pauses_;
__attribute__((weak, visibility("hidden"))) _Thread_local struct chan_pace_ {
    unsigned long long x;
    unsigned steps_left; /* until the next pause */
    bool begun, is_fast, has_waited;
} chan_pace_;
__attribute__((constructor, unused)) static void chan_read_pauses_(void) {
    const char *seed = getenv("CHAN_PAUSES");
    chan_pauses_.seed = seed ? strtoull(seed, NULL, 10) : 0;
}
/* One more in a counter. It orders nothing. */
#define chan_pauses_count_(counter) \
    atomic_fetch_add_explicit(&chan_pauses_.counter, 1, memory_order_relaxed)
static inline unsigned chan_pace_draws_(struct chan_pace_ *p, unsigned below) {
    unsigned long long x = p->x += 0x9e3779b97f4a7c15ULL; /* splitmix of Guy Steele and others */
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
    return (unsigned)((x >> 32) * below >> 32);
}
static inline void chan_pace_begins_(struct chan_pace_ *p) {
    p->begun = true;
    p->x = chan_pauses_.seed << 32 | chan_pauses_count_(threads);
    p->is_fast = chan_pace_draws_(p, 2) && chan_pauses_.seed % 4 == 0;
}
static inline long long chan_pauses_now_(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}
/* The system is called directly, because that is no cancellation point: the caller may hold a
 * lock. */
static inline void chan_pauses_for_(long long ns) {
    struct timespec t = { .tv_nsec = ns };
    syscall(SYS_nanosleep, &t, NULL);
}
void chan_tsan_step_(void);
__attribute__((weak, visibility("hidden"))) void chan_tsan_step_(void) {
    struct chan_pace_ *p = &chan_pace_;
    if (!chan_pauses_.seed) return;
    if (!p->begun) chan_pace_begins_(p);
    if (p->is_fast || p->steps_left-- > 0) return;
    unsigned made = chan_pauses_count_(made);
    p->steps_left = chan_pace_draws_(p, made / 32 + 1);
    chan_pauses_for_(chan_pace_draws_(p, made < 200 ? 3000000 : 300000));
}
/* A new thread waits until no other one has begun for a while, so that a goroutine does not do all
 * the work before the next one has begun. ThreadSanitizer takes 2 ms to start a thread, and more on
 * a busy machine, so the while depends on how long this start took. Nothing here orders one thread
 * before another. */
void chan_tsan_creates_(void);
__attribute__((weak, visibility("hidden"))) void chan_tsan_creates_(void) {
    enum { CHAN_STEPS_OF_GO_ = 6 };
    if (!chan_pauses_.seed) return;
    chan_pace_.steps_left = CHAN_STEPS_OF_GO_;
    atomic_store_explicit(&chan_pauses_.created, chan_pauses_now_(), memory_order_relaxed);
}
void chan_tsan_starts_(void);
__attribute__((weak, visibility("hidden"))) void chan_tsan_starts_(void) {
    enum { CHAN_MS_ = 1000000 };
    if (!chan_pauses_.seed || chan_pace_.has_waited) return;
    chan_pace_.has_waited = true;
    if (chan_pauses_count_(starts) >= 64) return;
    long long now = chan_pauses_now_(), end = now + 100 * CHAN_MS_, until;
    long long took = now - atomic_load_explicit(&chan_pauses_.created, memory_order_relaxed);
    until = took < 30 * CHAN_MS_ ? now + 3 * CHAN_MS_ + 3 * took : end;
    if (until > atomic_load_explicit(&chan_pauses_.go_on, memory_order_relaxed))
        atomic_store_explicit(&chan_pauses_.go_on, until, memory_order_relaxed);
    do {
        until = atomic_load_explicit(&chan_pauses_.go_on, memory_order_relaxed);
        if (until > end) until = end;
        if (until > now) chan_pauses_for_(until - now);
        now = chan_pauses_now_();
    } while (now < until);
}
#endif

#else /* The second half: chan.h has declared its channels, locks and waiters. */

/* ThreadSanitizer's functions, to hide and to announce something. IgnoreReads covers writes. */
void AnnotateIgnoreSyncBegin(const char *, int);
void AnnotateIgnoreSyncEnd(const char *, int);
void AnnotateIgnoreReadsBegin(const char *, int);
void AnnotateIgnoreReadsEnd(const char *, int);
void __tsan_acquire(void *);
void __tsan_release(void *);
void __tsan_read_range(void *, size_t);
void __tsan_write_range(void *, size_t);
#define chan_hide_sync_() AnnotateIgnoreSyncBegin(__FILE__, __LINE__)
#define chan_show_sync_() AnnotateIgnoreSyncEnd(__FILE__, __LINE__)
#define chan_hide_accesses_() AnnotateIgnoreReadsBegin(__FILE__, __LINE__)
#define chan_show_accesses_() AnnotateIgnoreReadsEnd(__FILE__, __LINE__)
#define chan_hide_() (chan_hide_accesses_(), chan_hide_sync_())
#define chan_show_() (chan_show_sync_(), chan_show_accesses_())
#define chan_hidden_(...) \
    __extension__({ \
        chan_hide_(); \
        bool result_ = __VA_ARGS__; \
        chan_show_(); \
        result_; \
    })

/* From here on parking and waking are hidden. While a lock is held only accesses are hidden. */
#define chan_park_(p, deadline) chan_hidden_(chan_park_(p, deadline))
#define chan_wake_(p) (chan_hide_(), chan_wake_(p), chan_show_())
#define chan_lock_within_(lock, pauses) \
    (chan_hide_(), chan_lock_within_(lock, pauses), chan_show_sync_())
#define chan_unlock_(lock, hints) (chan_hide_sync_(), chan_unlock_(lock, hints), chan_show_())

/* The two ends of an edge: the receiver's and the sender's. A store with release replaces the order
 * that was there before. __tsan_release() would add to it. */
struct chan_edge_ {
    atomic_uchar of[2];
};
static inline struct chan_edge_ *chan_edge_(void) {
    struct chan_edge_ *e = malloc(sizeof *e);
    if (!e) chan_panic_("no memory for ThreadSanitizer\n");
    for (int i = 0; i < 2; i++) atomic_store_explicit(&e->of[i], 0, memory_order_release);
    return e;
}
/* NULL if there are too many slots. Then each operation on the channel comes after the one before,
 * because chan_hook_leaves_() releases c->edges, which they share. */
static inline struct chan_edge_ **chan_edges_(size_t n) {
    struct chan_edge_ *one;
    return n < PTRDIFF_MAX / sizeof one ? calloc(n + 1, sizeof one) : NULL;
}
/* A send or receive by way of this slot or, without a buffer, by way of this waiter. Called with
 * the lock held, by the thread that does the operation. w is the waiter that it serves, or NULL. */
static inline void chan_passes_(struct chan_ *c, size_t slot, struct chan_waiter_ *w, bool sends) {
    if (c->cap && !c->edges) {
        __tsan_acquire(&c->edges);
        return;
    }
    struct chan_edge_ **at = c->cap ? &c->edges[slot] : &w->edge;
    struct chan_edge_ *edge = *at;
    if (!edge) edge = *at = chan_edge_();
    atomic_store_explicit(&edge->of[sends], 0, memory_order_release);
    (void)atomic_load_explicit(&edge->of[!sends], memory_order_acquire);
    if (!w || !c->cap) return;
    *at = w->edge;
    w->edge = edge;
    if (sends) /* the value went past the buffer, but counts as buffered */
        c->head = slot + 1 < c->cap ? slot + 1 : 0;
}
/* Called by a thread that has waited: if it was served, it comes after the thread that did. */
static inline void chan_passed_(struct chan_waiter_ *w, bool served, bool sends) {
    chan_hide_accesses_();
    if (served) (void)atomic_load_explicit(&w->edge->of[!sends], memory_order_acquire);
    free(w->edge);
    chan_show_accesses_();
}
static inline void chan_free_edges_(struct chan_ *c) {
    if (!c) return;
    __tsan_acquire(&c->edges);
    for (size_t i = 0; c->edges && i < c->cap; i++) free(c->edges[i]);
    free(c->edges);
}
/* The caller's own variables count as read and written by the caller, whichever thread copies. */
static inline void chan_reads_(void *from, size_t size) { __tsan_read_range(from, size); }
static inline void chan_writes_(void *into, size_t size) {
    if (into) __tsan_write_range(into, size);
}
/* The hooks of chan.h that announce something to ThreadSanitizer. */
#undef chan_hook_makes_
#define chan_hook_makes_(c) ((c)->edges = chan_edges_((c)->cap))
#undef chan_hook_frees_
#define chan_hook_frees_(c) chan_free_edges_(c)
#undef chan_hook_closes_
#define chan_hook_closes_(c) __tsan_release(&(c)->closed)
#undef chan_hook_sees_end_
#define chan_hook_sees_end_(c) ((c)->closed ? __tsan_acquire(&(c)->closed) : (void)0)
#undef chan_hook_leaves_
#define chan_hook_leaves_(c) __tsan_release(&(c)->edges)
#undef chan_hook_sends_
#define chan_hook_sends_(c, slot, receiver) chan_passes_(c, slot, receiver, true)
#undef chan_hook_receives_
#define chan_hook_receives_(c, slot, sender) chan_passes_(c, slot, sender, false)
#undef chan_hook_enqueues_
#define chan_hook_enqueues_(w) ((w)->edge = chan_edge_())
#undef chan_hook_is_ended_
#define chan_hook_is_ended_(w) atomic_store_explicit(&(w)->edge->of[1], 0, memory_order_release)
#undef chan_hook_waited_
#define chan_hook_waited_(w, served, sends) chan_passed_(w, served, sends)
#undef chan_hook_reads_
#define chan_hook_reads_(a) \
    ((a)->kind_ == CHAN_SEND_ ? chan_reads_((a)->value_, (a)->chan_->size) : (void)0)
#undef chan_hook_did_
#define chan_hook_did_(a) \
    ((a)->kind_ == CHAN_RECV_ ? chan_writes_((a)->value_, (a)->chan_->size) : (void)0)
#undef chan_hook_writes_
#define chan_hook_writes_(into, size) chan_writes_(into, size)
#undef chan_hook_counts_
#define chan_hook_counts_(wg, n, at) ((n) < 0 ? __tsan_release(wg) : (void)0)
#undef chan_hook_has_waited_
#define chan_hook_has_waited_(wg) __tsan_acquire(wg)
#ifdef CHAN_TSAN_PAUSES_
#undef chan_hook_creates_
#define chan_hook_creates_(g) chan_tsan_creates_()
#undef chan_hook_starts_
#define chan_hook_starts_(g) chan_tsan_starts_()
#endif
#undef chan_hook_leaves_thread_
#define chan_hook_leaves_thread_(thread) \
    ((thread)->is_detached = (thread)->is_detached || pthread_detach((thread)->id) == 0)
#undef chan_hook_hides_
#define chan_hook_hides_() chan_hide_()
#undef chan_hook_shows_
#define chan_hook_shows_() chan_show_()
#endif
