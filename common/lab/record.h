/* record.h -- what happened: each goroutine's events, and the trace that is made of them.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_RECORD_H
#define CHAN_LAB_RECORD_H
#include "state.h"

/* The text for the file CHAN_CHOICES; replay.h writes it. */
struct lab_text lab_record_choices_ __attribute__((weak)) = { .to = -1 };
/* Each goroutine's events in the order of their begin. An event without a kind has not ended. */
static inline struct chan_lab_events_ *lab_record_add_room(struct chan_lab_goroutine_ *me,
                                                           int room) {
    struct chan_lab_events_ *more =
        lab_state_alloc(sizeof *more + (size_t)room * sizeof *more->event);
    more->room = room;
    if (me->last_events) me->last_events->next = more; else me->events = more;
    me->last_events = more;
    return more;
}
static inline struct chan_lab_event_ *lab_record_next(struct chan_lab_goroutine_ *me) {
    struct chan_lab_events_ *last = me->last_events;
    if (!last) last = lab_record_add_room(me, 16);
    if (last->n >= last->room - 1) /* one place is left for an abort() in malloc() */
        last = lab_record_add_room(me, last->room < 4096 ? last->room * 4 : last->room);
    return &last->event[last->n];
}
/* With CHAN_FLIGHT the events are in a ring. A new one replaces the oldest one. An operation may
 * record a few others before it ends, so the ring has a little more room than is printed. */
enum { LAB_RECORD_MORE_ROOM = 16 };
static inline struct chan_lab_event_ *lab_record_next_in_ring(struct chan_lab_goroutine_ *me) {
    struct chan_lab_events_ *ring = me->last_events;
    if (!ring) ring = lab_record_add_room(me, chan_lab_.flight + LAB_RECORD_MORE_ROOM);
    if (ring->n > INT_MAX / 2) ring->n = ring->n % ring->room + ring->room;
    struct chan_lab_event_ *e = &ring->event[ring->n % ring->room];
    e->kind = CHAN_LAB_NONE_;
    memset(e, 0, sizeof *e);
    return e;
}
static inline struct chan_lab_event_ *lab_record_reserve(struct chan_lab_goroutine_ *me) {
    if ((!chan_lab_.tracing && !chan_lab_.flight) || !me) return NULL;
    struct chan_lab_event_ *e =
        chan_lab_.tracing ? lab_record_next(me) : lab_record_next_in_ring(me);
    struct chan_lab_events_ *last = me->last_events;
    e->at = me->op.at;
    e->spelled = e->at ? lab_state_spelled(e->at) : "";
    e->when = lab_state_clock();
    atomic_fetch_add_explicit(&last->n, 1, memory_order_release);
    return e;
}
static inline struct chan_lab_event_ *lab_record_event(enum chan_lab_kind_of_op_ kind, int by) {
    struct chan_lab_event_ *e = lab_record_reserve(chan_lab_me_);
    if (!e) return NULL;
    e->by = by;
    e->doing = (int)chan_lab_me_->op.kind;
    e->of = (int)chan_lab_me_->op.n;
    atomic_store_explicit(&e->kind, (int)kind, memory_order_release);
    return e;
}
/* Of what a trace does not show, such as locks: for CHAN_FLIGHT. */
static inline void lab_record_moment(int kind, const char *at) {
    struct chan_lab_event_ *e =
        chan_lab_.flight && !chan_lab_.tracing ? lab_record_reserve(chan_lab_me_) : NULL;
    if (!e) return;
    e->at = at;
    e->spelled = lab_state_spelled(at);
    atomic_store_explicit(&e->kind, kind, memory_order_release);
}
/* With the lock: a goroutine has ended, and its events may be wanted. A trace wants all of them. */
enum { LAB_RECORD_ENDED = 16 };
static inline bool lab_record_keep(struct chan_lab_goroutine_ *me) {
    if (!chan_lab_.tracing && !chan_lab_.flight) return false;
    me->next = chan_lab_.ended;
    chan_lab_.ended = me;
    struct chan_lab_goroutine_ *g = me, *before = me;
    for (int n = 0; g && n < LAB_RECORD_ENDED; n++) {
        before = g;
        g = g->next;
    }
    if (chan_lab_.tracing || !g) return true;
    before->next = NULL;
    free(g->events);
    free(g);
    return true;
}
/* Without a seed: between two operations a goroutine may be blocked in a call that is not
 * redirected, for example read(). Then its thread gave the processor away, and used little of the
 * time. */
static inline void lab_record_measure(long long *cpu, long *switches) {
    struct rusage used;
    struct timespec t;
    getrusage(RUSAGE_THREAD, &used);
    (clock_gettime)(CLOCK_THREAD_CPUTIME_ID, &t);
    *cpu = t.tv_sec * 1000000000LL + t.tv_nsec;
    *switches = used.ru_nvcsw;
}
static inline void lab_record_leaves(struct chan_lab_goroutine_ *me) { /* an operation has ended */
    if (!chan_lab_.tracing || chan_lab_.seeded) return;
    lab_record_measure(&me->left.cpu, &me->left.switches);
    me->left.when = lab_state_clock();
}
enum { LAB_RECORD_SYSTEM_CALL = -2 }; /* in place of a descriptor */
static inline void lab_record_was_blocked(long long when, enum chan_lab_kind_of_op_ kind) {
    struct chan_lab_event_ *e = lab_record_reserve(chan_lab_me_);
    e->doing = CHAN_LAB_SYSTEM_;
    e->of = LAB_RECORD_SYSTEM_CALL;
    e->when = when;
    e->by = 0;
    atomic_store_explicit(&e->kind, (int)kind, memory_order_release);
}
static inline void lab_record_enters(struct chan_lab_goroutine_ *me) { /* the next one begins */
    long long cpu, began = me->left.when, now;
    long switches;
    if (!chan_lab_.tracing || chan_lab_.seeded || began == 0 || me != chan_lab_me_) return;
    now = lab_state_clock();
    if (now - began < 300000) return;
    lab_record_measure(&cpu, &switches);
    if (switches == me->left.switches || cpu - me->left.cpu > (now - began) / 2) return;
    lab_record_was_blocked(began, CHAN_LAB_BLOCK_);
    lab_record_was_blocked(now, CHAN_LAB_WAKE_);
}
/* A trace is lines with tabs between their fields:
 *
 *   TIME GOROUTINE KIND LASTED NAME CHANNEL N CLOSED VALUE BY AT MADE FULL CASE OF
 *
 * The first line has the KIND process: NAME is the program's, and VALUE says whether its time is
 * `virtual` or `real`. A line of the KIND goroutine for each of them follows. NAME is its name,
 * VALUE the function that it runs. Then come the events of goroutine 1, those of 2 and so on, each
 * in the order in which they began. The last line has the KIND whole. Fields behind the last that a
 * line needs are missing. KIND is
 *
 *   send, receive, select, wait, sleep     what lasts
 *   block, wake                            it slept in between; without a wake it still does
 *                                          (`blocked: a signal in sigwait`: outside of these)
 *   start, close, wait group, end, panic   a moment
 *
 * TIME and LASTED are nanoseconds. NAME is what happened, in words: `send on jobs`. CHANNEL is the
 * number of the channel, MADE the place where it was made. The value is the N-th that went into the
 * channel or came out of it. After that FULL values were in its buffer. CLOSED is 1 if a receive
 * ended because the channel is closed. BY is the goroutine that started this one, or woke it. A
 * select chose the CASE-th OF its cases. AT is a place in the source. A field that an event does
 * not have is 0 or empty. In a text a backslash is written \\, a control character \u and four
 * hexadecimal digits; all other bytes are as they are. A string value of over 15 bytes is cut and
 * ends in "...". */
static inline void lab_record_put_text(struct lab_text *o, const char *s) {
    for (; s && *s; s++)
        if (*s == '\\') lab_text_put(o, "\\\\");
        else if ((unsigned char)*s < ' ') lab_text_put(o, "\\u%04x", (unsigned)*s);
        else lab_text_put_bytes(o, s, 1);
}
/* A text that was longer ends in three dots. Its last letter, if that is not whole, is left out. */
static inline void lab_record_put_string(struct lab_text *o, char s[17]) {
    size_t n = strlen(s);
    bool cut = n == 16;
    if (cut) n--;
    while (cut && n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80) n--;
    s[n] = '\0';
    lab_record_put_text(o, s);
    if (cut) lab_text_put(o, "...");
}
static inline void lab_record_put_value(struct lab_text *o, const struct chan_lab_event_ *e) {
    union { char c; signed char i1; short i2; int i4; long long i8; unsigned char u1;
            unsigned short u2; unsigned u4; unsigned long long u8; float f; double d; long double l;
            bool b; char s[17]; } v = { .s = "" };
    memcpy(&v, e->value, sizeof e->value);
    switch (e->value_kind) {
    case 'b': lab_text_put(o, "%s", v.b ? "true" : "false"); break;
    case 'c': lab_record_put_text(o, (char[]){ v.c, '\0' }); break;
    case '1': lab_text_put(o, "%d", v.i1); break;
    case '2': lab_text_put(o, "%d", v.i2); break;
    case '4': lab_text_put(o, "%d", v.i4); break;
    case '8': lab_text_put(o, "%lld", v.i8); break;
    case 'A': lab_text_put(o, "%u", v.u1); break;
    case 'B': lab_text_put(o, "%u", v.u2); break;
    case 'D': lab_text_put(o, "%u", v.u4); break;
    case 'H': lab_text_put(o, "%llu", v.u8); break;
    case 'f': lab_text_put(o, "%g", (double)v.f); break;
    case 'd': lab_text_put(o, "%g", v.d); break;
    case 'l': lab_text_put(o, "%Lg", v.l); break;
    case 's': lab_record_put_string(o, v.s); break;
    default: break;
    }
}
static inline void lab_record_put_outside(struct lab_text *o, const struct chan_lab_event_ *e) {
    if (e->of == LAB_RECORD_SYSTEM_CALL) lab_text_put(o, "a system call");
    else lab_text_put(o, "%s in %s", e->of < 0 ? "a signal" : "input", e->spelled);
}
static inline void lab_record_put_name(struct lab_text *o, const struct chan_lab_event_ *e) {
    int kind = e->kind == CHAN_LAB_BLOCK_ ? e->doing : e->kind;
    bool selected = kind == CHAN_LAB_SELECT_ && e->kind != CHAN_LAB_BLOCK_;
    if (e->kind == CHAN_LAB_BLOCK_) lab_text_put(o, "blocked: ");
    if (kind == CHAN_LAB_ADD_ && e->by == -1) lab_text_put(o, "done ");
    else if (kind == CHAN_LAB_ADD_) lab_text_put(o, "add %d to ", e->by);
    else if (selected && e->by == CHAN_DEFAULT_) lab_text_put(o, "select: default");
    else if (selected && e->by == CHAN_TIMEOUT_) lab_text_put(o, "select: timeout");
    else if (selected) lab_text_put(o, "select: %s on ", e->by == CHAN_SEND_ ? "send" : "receive");
    else if (kind == CHAN_LAB_SELECT_) lab_text_put(o, "select of %d", e->of);
    else if (kind == CHAN_LAB_START_) lab_text_put(o, "start");
    else if (kind == CHAN_LAB_SYSTEM_) lab_record_put_outside(o, e);
    else lab_text_put(o, "%s", lab_state_verb(kind));
    bool spelled = kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_ || kind == CHAN_LAB_CLOSE_
                   || kind == CHAN_LAB_WAIT_ || kind == CHAN_LAB_ADD_ || kind == CHAN_LAB_MUTEX_
                   || kind == CHAN_LAB_RWLOCK_ || kind == CHAN_LAB_COND_ || kind == CHAN_LAB_ONCE_
                   || kind == CHAN_LAB_JOIN_ || kind == CHAN_LAB_SEM_ || kind == CHAN_LAB_BARRIER_
                   || kind == CHAN_LAB_SPIN_
                   || (selected && e->by < CHAN_TIMEOUT_);
    if (spelled && kind != CHAN_LAB_ADD_ && !selected) lab_text_put(o, " ");
    if (spelled) lab_record_put_text(o, e->spelled);
}
static inline void lab_record_write_event(struct lab_text *o, int number,
                                          const struct chan_lab_event_ *e) {
    static const char *const kinds[] = { [CHAN_LAB_RECV_] = "receive", [CHAN_LAB_SEND_] = "send",
        [CHAN_LAB_CLOSE_] = "close", [CHAN_LAB_SELECT_] = "select", [CHAN_LAB_WAIT_] = "wait",
        [CHAN_LAB_ADD_] = "wait group", [CHAN_LAB_SLEEP_] = "sleep", [CHAN_LAB_START_] = "start",
        [CHAN_LAB_END_] = "end", [CHAN_LAB_BLOCK_] = "block", [CHAN_LAB_WAKE_] = "wake",
        [CHAN_LAB_ABORT_] = "panic" };
    int kind = e->kind;
    bool selects = kind == CHAN_LAB_SELECT_;
    bool is_op = kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_ || selects;
    bool moved = is_op && e->nth && e->chan;
    bool has_by = kind == CHAN_LAB_START_ || kind == CHAN_LAB_WAKE_;
    lab_text_put(o, "%lld\t%d\t%s\t%lld\t", e->when, number, kinds[kind], e->lasted);
    if (kind != CHAN_LAB_WAKE_) lab_record_put_name(o, e);
    lab_text_put(o, "\t%d\t%llu\t%d\t", e->chan, moved ? e->nth : 0, is_op && e->closed);
    if (is_op) lab_record_put_value(o, e);
    lab_text_put(o, "\t%d\t", has_by ? e->by : 0);
    lab_record_put_text(o, e->at);
    lab_text_put(o, "\t");
    lab_record_put_text(o, e->made);
    lab_text_put(o, "\t");
    if (moved && e->buffered && e->len != CHAN_LAB_UNKNOWN_) /* or the other side has */
        lab_text_put(o, "%llu", e->len);
    if (selects) lab_text_put(o, "\t%d\t%d", e->which, e->of);
    lab_text_put(o, "\n");
}
/* Other goroutines may still run. An event that ends meanwhile is left out. */
static inline void lab_record_write_events(struct lab_text *o,
                                           const struct chan_lab_goroutine_ *g, long long until) {
    for (struct chan_lab_events_ *some = g->events; some; some = some->next)
        for (int k = 0, n = some->n; k < n; k++)
            if (some->event[k].kind && some->event[k].when + some->event[k].lasted < until)
                lab_record_write_event(o, g->number, &some->event[k]);
}
static inline void *lab_record_map(size_t size) {
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p != MAP_FAILED) return p;
    dprintf(2, "no memory to write the trace: %s\n", strerror(errno));
    _exit(1);
}
/* Also called in a signal handler, and while others run: so neither stdio nor malloc. */
static inline void lab_record_write_trace(void) {
    static struct lab_text o;
    int numbers = chan_lab_.numbers;
    long long until = lab_state_clock();
    struct chan_lab_goroutine_ **goroutines = lab_record_map((size_t)numbers * sizeof *goroutines);
    o.to = chan_lab_.trace_to;
    for (int pass = 0; pass < 2; pass++) {
        struct chan_lab_goroutine_ *g = pass ? chan_lab_.live : chan_lab_.ended;
        for (; g; g = g->next)
            if (g->number <= numbers) goroutines[g->number - 1] = g;
    }
    lab_text_put(&o, "0\t0\tprocess\t0\t");
    lab_record_put_text(&o, chan_lab_.program);
    lab_text_put(&o, "\t0\t0\t0\t%s\n", chan_lab_.seeded ? "virtual" : "real");
    for (int i = 0; i < numbers; i++) {
        if (!goroutines[i]) continue;
        lab_text_put(&o, "0\t%d\tgoroutine\t0\t", i + 1);
        lab_record_put_text(&o, goroutines[i]->name);
        lab_text_put(&o, "\t0\t0\t0\t");
        if (goroutines[i]->at) lab_record_put_text(&o, lab_state_spelled(goroutines[i]->at));
        lab_text_put(&o, "\n");
    }
    for (int i = 0; i < numbers; i++)
        if (goroutines[i]) lab_record_write_events(&o, goroutines[i], until);
    lab_text_put(&o, "0\t0\twhole\n");
    lab_text_flush(&o);
}
/* Under some seeds time goes on, and a sleep ends, while another goroutine could still run. */
struct lab_record_woke {
    long long n; /* how often; the rest is about the last time */
    int number, other; const char *name, *other_name, *at;
    int returned; const char *returned_name, *returned_at; /* without a signal, from a condition */
};
struct lab_record_woke lab_record_woke_ __attribute__((weak));
/* The last lines of CHAN_CHOICES, for scripts/explore: how long the run took in virtual time, how
 * often the turn was given or kept, and which of its lab_sometimes() were true. */
extern struct chan_lab_sometimes_ *const lab_record_sometimes[]
    __asm__("__start_chan_sometimes") __attribute__((weak, visibility("hidden")));
extern struct chan_lab_sometimes_ *const lab_record_sometimes_end[]
    __asm__("__stop_chan_sometimes") __attribute__((weak, visibility("hidden")));
static inline void lab_record_put_figures(struct lab_text *o) {
    lab_text_put(o, "# took %lld ms, at most %d at work, %lld steps%s\n", chan_lab_.now / 1000000,
                 chan_lab_.most_at_work, chan_lab_.steps,
                 lab_record_woke_.n > 0 ? ", sleeps ended early" : "");
    struct chan_lab_sometimes_ *const *s = lab_record_sometimes;
    for (; s && s < lab_record_sometimes_end; s++)
        lab_text_put(o, "# %s: %s (%s)\n", (*s)->seen ? "seen" : "not seen", (*s)->name, (*s)->at);
}
/* With the lock. Only the first call writes; a later one waits until that is done. */
static inline void lab_record_write_all(void) {
    int unwritten = 0; sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    if (atomic_compare_exchange_strong(&chan_lab_.written, &unwritten, 1)) {
        if (chan_lab_.tracing) lab_record_write_trace();
        if (lab_record_choices_.to >= 0) {
            lab_record_put_figures(&lab_record_choices_);
            lab_text_flush(&lab_record_choices_);
        }
        chan_lab_.written = 2;
    }
    while (chan_lab_.written < 2) (nanosleep)(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}
/* Fills in what an event says of a channel. After a send the channel itself may be gone. */
static inline void lab_record_channel(struct chan_lab_event_ *e, struct chan_ *c) {
    if (e && c) {
        e->chan = c->lab.number;
        e->buffered = c->cap > 0;
        e->made = c->lab.at;
    }
    if (e && c) e->value_kind = c->lab.kind;
}
static inline void lab_record_value(struct chan_lab_event_ *e, const void *value, size_t size) {
    if (e->value_kind == 's') { /* a string that may not be one: ask the kernel to copy it */
        const char *s = NULL;
        if (value && size == sizeof s) memcpy(&s, value, sizeof s);
        struct iovec to = { e->value, sizeof e->value }; /* the last byte says whether it goes on */
        struct iovec from = { (void *)(size_t)s, to.iov_len };
        if (!s || process_vm_readv(getpid(), &to, 1, &from, 1, 0) < 0) e->value_kind = 0;
    } else if (value && e->value_kind && size <= sizeof e->value) memcpy(e->value, value, size);
    else e->value_kind = 0;
}
static inline void lab_record_end(struct chan_lab_goroutine_ *me, struct chan_lab_event_ *e,
                                  enum chan_lab_kind_of_op_ kind) {
    if (!e) return;
    e->nth = me->nth;
    e->len = me->len;
    e->lasted = lab_state_clock() - e->when;
    atomic_store_explicit(&e->kind, (int)kind, memory_order_release);
}

#endif
