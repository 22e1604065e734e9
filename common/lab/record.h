/* record.h -- what happened: each goroutine's events, and the trace that is made of them.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_RECORD_H
#define CHAN_LAB_RECORD_H
#include "state.h"

/* What CHAN_CHOICES is to get; replay.h writes it. */
struct chan_lab_out_ chan_lab_log_ __attribute__((weak)) = { .to = -1 };
/* Each goroutine's events in order of their begin; one that has not ended has no kind yet. */
static inline struct chan_lab_event_ *chan_lab_reserves_(struct chan_lab_goroutine_ *me) {
    if (!chan_lab_.tracing || !me) return NULL;
    struct chan_lab_events_ *last = me->last_events;
    if (!last || last->n >= last->room - 1) { /* one place is left for an abort() in malloc() */
        int room = last ? last->room < 4096 ? last->room * 4 : last->room : 16;
        struct chan_lab_events_ *more =
            chan_lab_alloc_(sizeof *more + (size_t)room * sizeof *more->event);
        more->room = room;
        if (last) last->next = more; else me->events = more;
        me->last_events = last = more;
    }
    struct chan_lab_event_ *e = &last->event[last->n];
    e->at = me->op.at, e->spelled = e->at ? chan_lab_spelled_(e->at) : "";
    e->when = chan_lab_clock_();
    atomic_fetch_add_explicit(&last->n, 1, memory_order_release);
    return e;
}
static inline struct chan_lab_event_ *chan_lab_event_(enum chan_lab_kind_of_op_ kind, int by) {
    struct chan_lab_event_ *e = chan_lab_reserves_(chan_lab_me_);
    if (!e) return NULL;
    e->by = by, e->doing = (int)chan_lab_me_->op.kind, e->of = (int)chan_lab_me_->op.n;
    atomic_store_explicit(&e->kind, (int)kind, memory_order_release);
    return e;
}
/* The bytes of the character at s in UTF-8; 0 if it is none, -1 if the string's end cuts it. */
static inline int chan_lab_utf8_(const unsigned char *s) {
    int n = *s < 0x80 ? 1 : *s < 0xc2 ? 0 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : *s < 0xf5 ? 4 : 0;
    for (int i = 1; i < n; i++)
        if (s[i] >> 6 != 2) return s[i] ? 0 : -1;
    unsigned least = *s == 0xe0 ? 0xa0 : *s == 0xf0 ? 0x90 : 0x80;
    unsigned most = *s == 0xed ? 0x9f : *s == 0xf4 ? 0x8f : 0xbf;
    return n > 2 && (s[1] < least || s[1] > most) ? 0 : n;
}
/* A string, without its quotes. What is not UTF-8 is taken for Latin-1. */
static inline void chan_lab_put_json_(struct chan_lab_out_ *o, const char *string) {
    const unsigned char *s = (const unsigned char *)string;
    for (int n; *s && (n = chan_lab_utf8_(s)) >= 0; s += n + !n)
        if (n == 0 || *s < ' ') chan_lab_put_(o, "\\u%04x", *s);
        else if (*s == '"' || *s == '\\') chan_lab_put_(o, "\\%c", *s);
        else chan_lab_put_bytes_(o, s, (size_t)n);
}
static inline void chan_lab_put_value_(struct chan_lab_out_ *o, const struct chan_lab_event_ *e) {
    union { char c; signed char i1; short i2; int i4; long long i8; unsigned char u1;
            unsigned short u2; unsigned u4; unsigned long long u8; float f; double d; long double l;
            bool b; char s[17]; } v = { .s = "" };
    memcpy(&v, e->value, sizeof e->value);
    chan_lab_put_(o, "\"value\":\"");
    switch (e->value_kind) {
    case 'b': chan_lab_put_(o, "%s", v.b ? "true" : "false"); break;
    case 'c': chan_lab_put_json_(o, (char[]){ v.c, '\0' }); break;
    case '1': chan_lab_put_(o, "%d", v.i1); break;
    case '2': chan_lab_put_(o, "%d", v.i2); break;
    case '4': chan_lab_put_(o, "%d", v.i4); break;
    case '8': chan_lab_put_(o, "%lld", v.i8); break;
    case 'A': chan_lab_put_(o, "%u", v.u1); break;
    case 'B': chan_lab_put_(o, "%u", v.u2); break;
    case 'D': chan_lab_put_(o, "%u", v.u4); break;
    case 'H': chan_lab_put_(o, "%llu", v.u8); break;
    case 'f': chan_lab_put_(o, "%g", (double)v.f); break;
    case 'd': chan_lab_put_(o, "%g", v.d); break;
    case 'l': chan_lab_put_(o, "%Lg", v.l); break;
    case 's': chan_lab_put_json_(o, v.s); break;
    default: break;
    }
    chan_lab_put_(o, "\",");
}
#define CHAN_LAB_US_ "%lld.%03lld"
#define chan_lab_us_(ns) (long long)(ns) / 1000, (long long)(ns) % 1000
static inline void chan_lab_put_head_(struct chan_lab_out_ *o, const char *ph, int g,
                                      long long when) {
    chan_lab_put_(o, ",\n{\"ph\":\"%s\",\"pid\":1,\"tid\":%d,\"ts\":" CHAN_LAB_US_, ph, g,
                  chan_lab_us_(when));
}
/* The values that were both sent and received before our eyes: a set of channel and number. */
struct chan_lab_moved_ { unsigned long long nth; int chan, ends; size_t flow; };
struct chan_lab_set_ { struct chan_lab_moved_ *at; size_t room, flows; };
static inline struct chan_lab_moved_ *chan_lab_moved_(struct chan_lab_set_ *set,
                                                      const struct chan_lab_event_ *e) {
    unsigned long long key = (unsigned long long)e->chan << 32 ^ e->nth;
    struct chan_lab_moved_ *m;
    for (size_t i = key * 0x9e3779b97f4a7c15 >> 20;; i++) {
        m = &set->at[i & (set->room - 1)];
        if (!m->chan || (m->chan == e->chan && m->nth == e->nth)) break;
    }
    m->chan = e->chan, m->nth = e->nth;
    return m;
}
static inline int chan_lab_end_of_(const struct chan_lab_event_ *e) { /* 1 sent, 2 received */
    if (!e->nth || !e->chan) return 0;
    if (e->kind == CHAN_LAB_SEND_) return 1;
    if (e->kind == CHAN_LAB_RECV_) return 2;
    return e->kind != CHAN_LAB_SELECT_ ? 0 : e->by == CHAN_SEND_ ? 1 : 2;
}
/* Calls see(s, g, event) for each event of each goroutine, in order of their numbers. What ends
 * meanwhile, as others may still run, is left out. */
struct chan_lab_sight_ {
    struct chan_lab_goroutine_ **goroutines; int n_goroutines;
    struct chan_lab_out_ *o; struct chan_lab_set_ moved; size_t n; long long until, last;
    void (*see)(struct chan_lab_sight_ *, struct chan_lab_goroutine_ *, struct chan_lab_event_ *);
};
static inline void chan_lab_sees_(struct chan_lab_sight_ *s) {
    for (int i = 0; i < s->n_goroutines; i++) {
        struct chan_lab_goroutine_ *g = s->goroutines[i];
        for (struct chan_lab_events_ *some = g ? g->events : NULL; some; some = some->next)
            for (int k = 0, n = some->n; k < n; k++)
                if (some->event[k].kind && some->event[k].when + some->event[k].lasted < s->until)
                    s->see(s, g, &some->event[k]);
        if (g) s->see(s, g, NULL); /* its end */
    }
}
static inline void chan_lab_counts_events_(struct chan_lab_sight_ *s, struct chan_lab_goroutine_ *g,
                                           struct chan_lab_event_ *e) {
    (void)g;
    s->n += !e || chan_lab_end_of_(e); /* one more, perhaps, of each goroutine that still runs */
    if (e && e->when + e->lasted > s->last) s->last = e->when + e->lasted;
}
static inline void chan_lab_pairs_(struct chan_lab_sight_ *s, struct chan_lab_goroutine_ *g,
                                   struct chan_lab_event_ *e) {
    (void)g;
    if (e && chan_lab_end_of_(e)) chan_lab_moved_(&s->moved, e)->ends |= chan_lab_end_of_(e);
}
static inline void chan_lab_put_at_(struct chan_lab_out_ *o, const char *key, const char *at) {
    chan_lab_put_(o, "\"%s\":\"", key);
    chan_lab_put_json_(o, at ? at : "");
    chan_lab_put_(o, "\"");
}
static inline void chan_lab_put_name_(struct chan_lab_out_ *o, const struct chan_lab_event_ *e) {
    int kind = e->kind == CHAN_LAB_BLOCK_ ? e->doing : e->kind;
    bool selected = kind == CHAN_LAB_SELECT_ && e->kind != CHAN_LAB_BLOCK_;
    if (e->kind == CHAN_LAB_BLOCK_) chan_lab_put_(o, "blocked: ");
    if (kind == CHAN_LAB_ADD_ && e->by == -1) chan_lab_put_(o, "done ");
    else if (kind == CHAN_LAB_ADD_) chan_lab_put_(o, "add %d to ", e->by);
    else if (selected && e->by == CHAN_DEFAULT_) chan_lab_put_(o, "select: default");
    else if (selected && e->by == CHAN_TIMEOUT_) chan_lab_put_(o, "select: timeout");
    else if (selected) chan_lab_put_(o, "select: %s on ", e->by == CHAN_SEND_ ? "send" : "receive");
    else if (kind == CHAN_LAB_SELECT_) chan_lab_put_(o, "select of %d", e->of);
    else if (kind == CHAN_LAB_START_) chan_lab_put_(o, "start");
    else chan_lab_put_(o, "%s", chan_lab_verb_(kind));
    bool spelled = kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_ || kind == CHAN_LAB_CLOSE_
                   || kind == CHAN_LAB_WAIT_ || kind == CHAN_LAB_ADD_
                   || (selected && e->by < CHAN_TIMEOUT_);
    if (spelled && kind != CHAN_LAB_ADD_ && !selected) chan_lab_put_(o, " ");
    if (spelled && e->spelled) chan_lab_put_json_(o, e->spelled);
}
static inline void chan_lab_put_args_(struct chan_lab_out_ *o, const struct chan_lab_event_ *e) {
    bool is_op = e->kind == CHAN_LAB_RECV_ || e->kind == CHAN_LAB_SEND_
                 || e->kind == CHAN_LAB_SELECT_;
    if (e->kind == CHAN_LAB_START_) chan_lab_put_(o, "\"by\":%d,", e->by);
    if (e->kind == CHAN_LAB_SELECT_) chan_lab_put_(o, "\"case\":%d,\"of\":%d,", e->which, e->of);
    if (e->chan) chan_lab_put_(o, "\"channel\":%d,", e->chan);
    if (is_op && e->value_kind) chan_lab_put_value_(o, e);
    if (is_op && e->nth) chan_lab_put_(o, "\"n\":%llu,", e->nth);
    if (is_op && e->closed) chan_lab_put_(o, "\"closed\":true,");
    chan_lab_put_at_(o, "at", e->at);
}
static inline void chan_lab_put_channel_(struct chan_lab_out_ *o, const struct chan_lab_event_ *e) {
    chan_lab_put_(o, "channel %d (made at ", e->chan);
    chan_lab_put_json_(o, e->made);
    chan_lab_put_(o, ")");
}
/* One end of the arrow that Perfetto draws from a send to its receive. Perfetto pairs the ends
 * whose id, category and name are the same, and reads an id in quotes as a hexadecimal number. So
 * each value has a number of its own, and the name is the channel's, not either side's spelling.
 * The arrow leads to the innermost slice that is open at that moment, here the operation's. */
static inline void chan_lab_put_flow_(struct chan_lab_sight_ *s, struct chan_lab_goroutine_ *g,
                                      const struct chan_lab_event_ *e) {
    struct chan_lab_moved_ *value = chan_lab_moved_(&s->moved, e);
    bool sends = chan_lab_end_of_(e) == 1;
    if (value->ends != 3) return;
    if (!value->flow) value->flow = ++s->moved.flows;
    chan_lab_put_head_(s->o, sends ? "s" : "f", g->number, sends ? e->when : e->when + e->lasted);
    chan_lab_put_(s->o, "%s,\"id\":%zu,\"cat\":\"value\",\"name\":\"",
                  sends ? "" : ",\"bp\":\"e\"", value->flow);
    chan_lab_put_channel_(s->o, e);
    chan_lab_put_(s->o, "\"}");
}
static inline void chan_lab_writes_event_(struct chan_lab_sight_ *s, struct chan_lab_goroutine_ *g,
                                          struct chan_lab_event_ *e) {
    static const char *const cat[] = { [CHAN_LAB_RECV_] = "receive", [CHAN_LAB_SEND_] = "send",
        [CHAN_LAB_CLOSE_] = "close", [CHAN_LAB_SELECT_] = "select", [CHAN_LAB_WAIT_] = "wait",
        [CHAN_LAB_ADD_] = "wait group", [CHAN_LAB_SLEEP_] = "sleep", [CHAN_LAB_START_] = "start",
        [CHAN_LAB_END_] = "end", [CHAN_LAB_BLOCK_] = "block", [CHAN_LAB_WAKE_] = "block",
        [CHAN_LAB_ABORT_] = "panic" };
    struct chan_lab_out_ *o = s->o;
    if (!e && !g->open) return;
    int kind = e ? (int)e->kind : CHAN_LAB_WAKE_, end = e ? chan_lab_end_of_(e) : 0;
    if (kind == CHAN_LAB_WAKE_ && !g->open) return;
    bool lasts = kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_ || kind == CHAN_LAB_SELECT_
                 || kind == CHAN_LAB_WAIT_ || kind == CHAN_LAB_SLEEP_;
    const char *ph = kind == CHAN_LAB_BLOCK_ ? "B" : kind == CHAN_LAB_WAKE_ ? "E"
                     : lasts ? "X" : "i";
    chan_lab_put_head_(o, ph, g->number, e ? e->when : s->last + 1);
    if (lasts) chan_lab_put_(o, ",\"dur\":" CHAN_LAB_US_, chan_lab_us_(e->lasted));
    if (*ph == 'i') chan_lab_put_(o, ",\"s\":\"t\"");
    chan_lab_put_(o, ",\"cat\":\"%s\",\"name\":\"", cat[kind]);
    chan_lab_put_name_(o, kind == CHAN_LAB_WAKE_ ? g->open : e);
    chan_lab_put_(o, "\",\"args\":{");
    if (kind == CHAN_LAB_WAKE_) chan_lab_put_(o, "\"by\":%d", e ? e->by : -1);
    else if (kind != CHAN_LAB_END_ && kind != CHAN_LAB_ABORT_) chan_lab_put_args_(o, e);
    chan_lab_put_(o, "}}");
    g->open = kind == CHAN_LAB_BLOCK_ ? e : kind == CHAN_LAB_WAKE_ ? NULL : g->open;
    if (end) chan_lab_put_flow_(s, g, e);
    if (end && e->buffered && e->len != CHAN_LAB_UNKNOWN_) { /* else the other side has told */
        chan_lab_put_head_(o, "C", 0, e->when + e->lasted);
        chan_lab_put_(o, ",\"name\":\"");
        chan_lab_put_channel_(o, e);
        chan_lab_put_(o, "\",\"args\":{\"values\":%llu}}", e->len);
    }
}
static inline void chan_lab_names_(struct chan_lab_out_ *o, struct chan_lab_goroutine_ *g) {
    chan_lab_put_head_(o, "M", g->number, 0);
    chan_lab_put_(o, ",\"name\":\"thread_name\",\"args\":{\"name\":\"%d ", g->number);
    chan_lab_put_json_(o, g->name);
    chan_lab_put_(o, "\"}}");
    chan_lab_put_head_(o, "M", g->number, 0);
    chan_lab_put_(o, ",\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":%d}}", g->number);
}
static inline void *chan_lab_map_(size_t size) {
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p != MAP_FAILED) return p;
    dprintf(2, "no memory to write the trace: %s\n", strerror(errno));
    _exit(1);
}
/* Also called in a signal handler, and while others run: so neither stdio nor malloc. */
static inline void chan_lab_writes_trace_(void) {
    static struct chan_lab_out_ o;
    struct chan_lab_sight_ s = { .o = &o, .see = chan_lab_counts_events_ };
    o.to = chan_lab_.trace_to, s.n_goroutines = chan_lab_.numbers, s.until = chan_lab_clock_();
    s.goroutines = chan_lab_map_((size_t)s.n_goroutines * sizeof *s.goroutines);
    for (int pass = 0; pass < 2; pass++) {
        struct chan_lab_goroutine_ *g = pass ? chan_lab_.live : chan_lab_.ended;
        for (; g; g = g->next)
            if (g->number <= s.n_goroutines) s.goroutines[g->number - 1] = g;
    }
    chan_lab_sees_(&s);
    for (s.moved.room = 64; s.moved.room < 2 * s.n;) s.moved.room *= 2;
    s.moved.at = chan_lab_map_(s.moved.room * sizeof *s.moved.at);
    s.see = chan_lab_pairs_;
    chan_lab_sees_(&s);
    chan_lab_put_(&o, "{\"traceEvents\":[\n{\"ph\":\"M\",\"pid\":1,\"tid\":0,\"ts\":0.000,"
                      "\"name\":\"process_name\",\"args\":{\"name\":\"");
    chan_lab_put_json_(&o, chan_lab_.program);
    chan_lab_put_(&o, "\"}}");
    for (int i = 0; i < s.n_goroutines; i++)
        if (s.goroutines[i]) chan_lab_names_(&o, s.goroutines[i]);
    s.see = chan_lab_writes_event_;
    chan_lab_sees_(&s);
    chan_lab_put_(&o, "\n],\"displayTimeUnit\":\"ns\"}\n");
    chan_lab_flush_(&o);
}
/* With the lock; once: who comes later waits until it is done. */
static inline void chan_lab_writes_all_(void) {
    int nobody = 0; sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    if (atomic_compare_exchange_strong(&chan_lab_.written, &nobody, 1)) {
        if (chan_lab_.tracing) chan_lab_writes_trace_();
        if (chan_lab_log_.to >= 0) chan_lab_flush_(&chan_lab_log_);
        chan_lab_.written = 2;
    }
    while (chan_lab_.written < 2) (nanosleep)(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}
/* Fills in what an event says of a channel; after a send the channel itself may be gone. */
static inline void chan_lab_of_chan_(struct chan_lab_event_ *e, struct chan_ *c) {
    if (e && c) e->chan = c->lab.number, e->buffered = c->cap > 0, e->made = c->lab.at;
    if (e && c) e->value_kind = c->lab.kind;
}
static inline void chan_lab_value_(struct chan_lab_event_ *e, const void *value, size_t size) {
    if (e->value_kind == 's') { /* a string that may not be one: ask the kernel to copy it */
        const char *s = NULL;
        if (value && size == sizeof s) memcpy(&s, value, sizeof s);
        struct iovec to = { e->value, sizeof e->value - 1 };
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
    e->lasted = chan_lab_clock_() - e->when;
    atomic_store_explicit(&e->kind, (int)kind, memory_order_release);
}

#endif
