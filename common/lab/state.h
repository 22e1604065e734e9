/* state.h -- the laboratory's state, one for the program.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_STATE_H
#define CHAN_LAB_STATE_H
/* ===== 2. The state, one for the program ===================================================== */
_Thread_local struct chan_lab_goroutine_ *chan_lab_me_ __attribute__((weak));
struct chan_lab_ chan_lab_ __attribute__((weak)) = { .lock = PTHREAD_MUTEX_INITIALIZER };
_Thread_local volatile struct chan_lab_own_ chan_lab_own_ __attribute__((weak));
static inline void chan_lab_enter_(void) {
    chan_lab_own_.holds = true;
    (pthread_mutex_lock)(&chan_lab_.lock);
}
static inline void chan_lab_leave_(void) {
    (pthread_mutex_unlock)(&chan_lab_.lock);
    chan_lab_own_.holds = false;
    if (chan_lab_own_.died) raise(chan_lab_own_.died); /* the signal has waited for this */
}
#define chan_lab_each_(g) \
    for (struct chan_lab_goroutine_ *g = chan_lab_.live; g; g = g->next)
static inline const char *chan_lab_spelled_(const char *at) { return at + strlen(at) + 1; }
static inline void *chan_lab_alloc_(size_t size) {
    void *p = calloc(1, size);
    if (!p) chan_panic_("the laboratory has no memory: %s\n", strerror(ENOMEM));
    return p;
}
/* Text for a file: as it is needed in a signal handler too, without stdio's locks. */
struct chan_lab_out_ { int to; size_t n; bool failed; char text[4096]; };
static inline void chan_lab_cannot_write_(struct chan_lab_out_ *o) {
    const char *what = o->to == chan_lab_.trace_to ? "CHAN_TRACE" : "CHAN_CHOICES";
    if (!o->failed && o->to != 2) dprintf(2, "%s is cut off: %s\n", what, strerror(errno));
    o->failed = true;
}
static inline void chan_lab_flush_(struct chan_lab_out_ *o) {
    for (size_t i = 0; o->to >= 0 && i < o->n;) {
        ssize_t n = write(o->to, o->text + i, o->n - i);
        if (n < 0 && errno == EAGAIN) (nanosleep)(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        else if (n < 0 && errno != EINTR) { chan_lab_cannot_write_(o); break; }
        i += n > 0 ? (size_t)n : 0;
    }
    o->n = 0;
}
__attribute__((format(printf, 2, 3)))
static inline void chan_lab_put_(struct chan_lab_out_ *o, const char *format, ...) {
    for (int again = 0; again < 2; again++) {
        va_list args;
        va_start(args, format);
        int n = vsnprintf(o->text + o->n, sizeof o->text - o->n, format, args);
        va_end(args);
        if (n < 0) return;
        if ((size_t)n < sizeof o->text - o->n) { o->n += (size_t)n; return; }
        if (again) o->n = sizeof o->text - 1; /* a piece longer than all the room is cut */
        chan_lab_flush_(o);
    }
}
static inline void chan_lab_put_bytes_(struct chan_lab_out_ *o, const void *from, size_t n) {
    if (o->n + n > sizeof o->text) chan_lab_flush_(o);
    memcpy(o->text + o->n, from, n);
    o->n += n;
}
/* Nanoseconds since the program's start: virtual under a seed, and then one more for each look, so
 * that what happens in no time still has an order. */
static inline long long chan_lab_real_(void) {
    struct timespec t;
    (clock_gettime)(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}
enum { CHAN_LAB_EPOCH_S_ = 1000 }; /* what the virtual clock shows when the program starts */
LAB_CALL_ long long chan_lab_now_(void) {
    return chan_lab_me_ ? CHAN_LAB_EPOCH_S_ * 1000000000LL + chan_lab_.now : chan_lab_real_();
}
static inline long long chan_lab_clock_(void) {
    for (long long last = chan_lab_.shown, next; chan_lab_.seeded;) {
        next = (last > chan_lab_.now ? last : chan_lab_.now) + 1;
        if (atomic_compare_exchange_strong(&chan_lab_.shown, &last, next)) return next;
    }
    return chan_lab_real_() - chan_lab_.began;
}

#endif
