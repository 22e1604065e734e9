/* record.h -- what happened: each goroutine's events, and the trace that is made of them.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_RECORD_H
#define CHAN_LAB_RECORD_H
#include "state.h"

/* What CHAN_CHOICES is to get; replay.h writes it. */
struct lab_text lab_record_choices __attribute__((weak)) = { .to = -1 };
/* Each goroutine's events in order of their begin; one that has not ended has no kind yet. */
static inline struct chan_lab_event_ *lab_record_reserve(struct chan_lab_goroutine_ *me) {
    if (!chan_lab_.tracing || !me) return NULL;
    struct chan_lab_events_ *last = me->last_events;
    if (!last || last->n >= last->room - 1) { /* one place is left for an abort() in malloc() */
        int room = last ? last->room < 4096 ? last->room * 4 : last->room : 16;
        struct chan_lab_events_ *more =
            lab_state_alloc(sizeof *more + (size_t)room * sizeof *more->event);
        more->room = room;
        if (last) last->next = more; else me->events = more;
        me->last_events = last = more;
    }
    struct chan_lab_event_ *e = &last->event[last->n];
    e->at = me->op.at, e->spelled = e->at ? lab_state_spelled(e->at) : "";
    e->when = lab_state_clock();
    atomic_fetch_add_explicit(&last->n, 1, memory_order_release);
    return e;
}
static inline struct chan_lab_event_ *lab_record_event(enum chan_lab_kind_of_op_ kind, int by) {
    struct chan_lab_event_ *e = lab_record_reserve(chan_lab_me_);
    if (!e) return NULL;
    e->by = by, e->doing = (int)chan_lab_me_->op.kind, e->of = (int)chan_lab_me_->op.n;
    atomic_store_explicit(&e->kind, (int)kind, memory_order_release);
    return e;
}
/* The bytes of the character at s in UTF-8; 0 if it is none, -1 if the string's end cuts it. */
static inline int lab_record_utf8(const unsigned char *s) {
    int n = *s < 0x80 ? 1 : *s < 0xc2 ? 0 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : *s < 0xf5 ? 4 : 0;
    for (int i = 1; i < n; i++)
        if (s[i] >> 6 != 2) return s[i] ? 0 : -1;
    unsigned least = *s == 0xe0 ? 0xa0 : *s == 0xf0 ? 0x90 : 0x80;
    unsigned most = *s == 0xed ? 0x9f : *s == 0xf4 ? 0x8f : 0xbf;
    return n > 2 && (s[1] < least || s[1] > most) ? 0 : n;
}
/* A string, without its quotes. What is not UTF-8 is taken for Latin-1. */
static inline void lab_record_put_json(struct lab_text *o, const char *string) {
    const unsigned char *s = (const unsigned char *)string;
    for (int n; *s && (n = lab_record_utf8(s)) >= 0; s += n + !n)
        if (n == 0 || *s < ' ') lab_text_put(o, "\\u%04x", *s);
        else if (*s == '"' || *s == '\\') lab_text_put(o, "\\%c", *s);
        else lab_text_put_bytes(o, s, (size_t)n);
}
static inline void lab_record_put_value(struct lab_text *o, const struct chan_lab_event_ *e) {
    union { char c; signed char i1; short i2; int i4; long long i8; unsigned char u1;
            unsigned short u2; unsigned u4; unsigned long long u8; float f; double d; long double l;
            bool b; char s[17]; } v = { .s = "" };
    memcpy(&v, e->value, sizeof e->value);
    lab_text_put(o, "\"value\":\"");
    switch (e->value_kind) {
    case 'b': lab_text_put(o, "%s", v.b ? "true" : "false"); break;
    case 'c': lab_record_put_json(o, (char[]){ v.c, '\0' }); break;
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
    case 's': lab_record_put_json(o, v.s); break;
    default: break;
    }
    lab_text_put(o, "\",");
}
#define LAB_RECORD_US "%lld.%03lld"
#define lab_record_us(ns) (long long)(ns) / 1000, (long long)(ns) % 1000
static inline void lab_record_put_head(struct lab_text *o, const char *ph, int g,
                                       long long when) {
    lab_text_put(o, ",\n{\"ph\":\"%s\",\"pid\":1,\"tid\":%d,\"ts\":" LAB_RECORD_US, ph, g,
                 lab_record_us(when));
}
/* The values that were both sent and received before our eyes: a set of channel and number. */
struct lab_record_moved { unsigned long long nth; int chan, ends; size_t flow; };
struct lab_record_set { struct lab_record_moved *at; size_t room, flows; };
static inline struct lab_record_moved *lab_record_moved(struct lab_record_set *set,
                                                        const struct chan_lab_event_ *e) {
    unsigned long long key = (unsigned long long)e->chan << 32 ^ e->nth;
    struct lab_record_moved *m;
    for (size_t i = key * 0x9e3779b97f4a7c15 >> 20;; i++) {
        m = &set->at[i & (set->room - 1)];
        if (!m->chan || (m->chan == e->chan && m->nth == e->nth)) break;
    }
    m->chan = e->chan, m->nth = e->nth;
    return m;
}
static inline int lab_record_end_of(const struct chan_lab_event_ *e) { /* 1 sent, 2 received */
    if (!e->nth || !e->chan) return 0;
    if (e->kind == CHAN_LAB_SEND_) return 1;
    if (e->kind == CHAN_LAB_RECV_) return 2;
    return e->kind != CHAN_LAB_SELECT_ ? 0 : e->by == CHAN_SEND_ ? 1 : 2;
}
/* Calls see(s, g, event) for each event of each goroutine, in order of their numbers. What ends
 * meanwhile, as others may still run, is left out. */
struct lab_record_sight {
    struct chan_lab_goroutine_ **goroutines; int n_goroutines;
    struct lab_text *o; struct lab_record_set moved; size_t n; long long until, last;
    void (*see)(struct lab_record_sight *, struct chan_lab_goroutine_ *, struct chan_lab_event_ *);
};
static inline void lab_record_see(struct lab_record_sight *s) {
    for (int i = 0; i < s->n_goroutines; i++) {
        struct chan_lab_goroutine_ *g = s->goroutines[i];
        for (struct chan_lab_events_ *some = g ? g->events : NULL; some; some = some->next)
            for (int k = 0, n = some->n; k < n; k++)
                if (some->event[k].kind && some->event[k].when + some->event[k].lasted < s->until)
                    s->see(s, g, &some->event[k]);
        if (g) s->see(s, g, NULL); /* its end */
    }
}
static inline void lab_record_count_event(struct lab_record_sight *s, struct chan_lab_goroutine_ *g,
                                          struct chan_lab_event_ *e) {
    (void)g;
    s->n += !e || lab_record_end_of(e); /* one more, perhaps, of each goroutine that still runs */
    if (e && e->when + e->lasted > s->last) s->last = e->when + e->lasted;
}
static inline void lab_record_pair(struct lab_record_sight *s, struct chan_lab_goroutine_ *g,
                                   struct chan_lab_event_ *e) {
    (void)g;
    if (e && lab_record_end_of(e)) lab_record_moved(&s->moved, e)->ends |= lab_record_end_of(e);
}
static inline void lab_record_put_at(struct lab_text *o, const char *key, const char *at) {
    lab_text_put(o, "\"%s\":\"", key);
    lab_record_put_json(o, at ? at : "");
    lab_text_put(o, "\"");
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
    else lab_text_put(o, "%s", lab_state_verb(kind));
    bool spelled = kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_ || kind == CHAN_LAB_CLOSE_
                   || kind == CHAN_LAB_WAIT_ || kind == CHAN_LAB_ADD_
                   || (selected && e->by < CHAN_TIMEOUT_);
    if (spelled && kind != CHAN_LAB_ADD_ && !selected) lab_text_put(o, " ");
    if (spelled && e->spelled) lab_record_put_json(o, e->spelled);
}
static inline void lab_record_put_args(struct lab_text *o, const struct chan_lab_event_ *e) {
    bool is_op = e->kind == CHAN_LAB_RECV_ || e->kind == CHAN_LAB_SEND_
                 || e->kind == CHAN_LAB_SELECT_;
    if (e->kind == CHAN_LAB_START_) lab_text_put(o, "\"by\":%d,", e->by);
    if (e->kind == CHAN_LAB_SELECT_) lab_text_put(o, "\"case\":%d,\"of\":%d,", e->which, e->of);
    if (e->chan) lab_text_put(o, "\"channel\":%d,", e->chan);
    if (is_op && e->value_kind) lab_record_put_value(o, e);
    if (is_op && e->nth) lab_text_put(o, "\"n\":%llu,", e->nth);
    if (is_op && e->closed) lab_text_put(o, "\"closed\":true,");
    lab_record_put_at(o, "at", e->at);
}
static inline void lab_record_put_channel(struct lab_text *o, const struct chan_lab_event_ *e) {
    lab_text_put(o, "channel %d (made at ", e->chan);
    lab_record_put_json(o, e->made);
    lab_text_put(o, ")");
}
/* One end of the arrow that Perfetto draws from a send to its receive. Perfetto pairs the ends
 * whose id, category and name are the same, and reads an id in quotes as a hexadecimal number. So
 * each value has a number of its own, and the name is the channel's, not either side's spelling.
 * The arrow leads to the innermost slice that is open at that moment, here the operation's. */
static inline void lab_record_put_flow(struct lab_record_sight *s, struct chan_lab_goroutine_ *g,
                                       const struct chan_lab_event_ *e) {
    struct lab_record_moved *value = lab_record_moved(&s->moved, e);
    bool sends = lab_record_end_of(e) == 1;
    if (value->ends != 3) return;
    if (!value->flow) value->flow = ++s->moved.flows;
    lab_record_put_head(s->o, sends ? "s" : "f", g->number, sends ? e->when : e->when + e->lasted);
    lab_text_put(s->o, "%s,\"id\":%zu,\"cat\":\"value\",\"name\":\"",
                 sends ? "" : ",\"bp\":\"e\"", value->flow);
    lab_record_put_channel(s->o, e);
    lab_text_put(s->o, "\"}");
}
static inline void lab_record_write_event(struct lab_record_sight *s, struct chan_lab_goroutine_ *g,
                                          struct chan_lab_event_ *e) {
    static const char *const cat[] = { [CHAN_LAB_RECV_] = "receive", [CHAN_LAB_SEND_] = "send",
        [CHAN_LAB_CLOSE_] = "close", [CHAN_LAB_SELECT_] = "select", [CHAN_LAB_WAIT_] = "wait",
        [CHAN_LAB_ADD_] = "wait group", [CHAN_LAB_SLEEP_] = "sleep", [CHAN_LAB_START_] = "start",
        [CHAN_LAB_END_] = "end", [CHAN_LAB_BLOCK_] = "block", [CHAN_LAB_WAKE_] = "block",
        [CHAN_LAB_ABORT_] = "panic" };
    struct lab_text *o = s->o;
    if (!e && !g->open) return;
    int kind = e ? (int)e->kind : CHAN_LAB_WAKE_, end = e ? lab_record_end_of(e) : 0;
    if (kind == CHAN_LAB_WAKE_ && !g->open) return;
    bool lasts = kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_ || kind == CHAN_LAB_SELECT_
                 || kind == CHAN_LAB_WAIT_ || kind == CHAN_LAB_SLEEP_;
    const char *ph = kind == CHAN_LAB_BLOCK_ ? "B" : kind == CHAN_LAB_WAKE_ ? "E"
                     : lasts ? "X" : "i";
    lab_record_put_head(o, ph, g->number, e ? e->when : s->last + 1);
    if (lasts) lab_text_put(o, ",\"dur\":" LAB_RECORD_US, lab_record_us(e->lasted));
    if (*ph == 'i') lab_text_put(o, ",\"s\":\"t\"");
    lab_text_put(o, ",\"cat\":\"%s\",\"name\":\"", cat[kind]);
    lab_record_put_name(o, kind == CHAN_LAB_WAKE_ ? g->open : e);
    lab_text_put(o, "\",\"args\":{");
    if (kind == CHAN_LAB_WAKE_) lab_text_put(o, "\"by\":%d", e ? e->by : -1);
    else if (kind != CHAN_LAB_END_ && kind != CHAN_LAB_ABORT_) lab_record_put_args(o, e);
    lab_text_put(o, "}}");
    g->open = kind == CHAN_LAB_BLOCK_ ? e : kind == CHAN_LAB_WAKE_ ? NULL : g->open;
    if (end) lab_record_put_flow(s, g, e);
    if (end && e->buffered && e->len != CHAN_LAB_UNKNOWN_) { /* else the other side has told */
        lab_record_put_head(o, "C", 0, e->when + e->lasted);
        lab_text_put(o, ",\"name\":\"");
        lab_record_put_channel(o, e);
        lab_text_put(o, "\",\"args\":{\"values\":%llu}}", e->len);
    }
}
static inline void lab_record_name_goroutine(struct lab_text *o, struct chan_lab_goroutine_ *g) {
    lab_record_put_head(o, "M", g->number, 0);
    lab_text_put(o, ",\"name\":\"thread_name\",\"args\":{\"name\":\"%d ", g->number);
    lab_record_put_json(o, g->name);
    lab_text_put(o, "\"}}");
    lab_record_put_head(o, "M", g->number, 0);
    lab_text_put(o, ",\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":%d}}", g->number);
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
    struct lab_record_sight s = { .o = &o, .see = lab_record_count_event };
    o.to = chan_lab_.trace_to, s.n_goroutines = chan_lab_.numbers, s.until = lab_state_clock();
    s.goroutines = lab_record_map((size_t)s.n_goroutines * sizeof *s.goroutines);
    for (int pass = 0; pass < 2; pass++) {
        struct chan_lab_goroutine_ *g = pass ? chan_lab_.live : chan_lab_.ended;
        for (; g; g = g->next)
            if (g->number <= s.n_goroutines) s.goroutines[g->number - 1] = g;
    }
    lab_record_see(&s);
    for (s.moved.room = 64; s.moved.room < 2 * s.n;) s.moved.room *= 2;
    s.moved.at = lab_record_map(s.moved.room * sizeof *s.moved.at);
    s.see = lab_record_pair;
    lab_record_see(&s);
    lab_text_put(&o, "{\"traceEvents\":[\n{\"ph\":\"M\",\"pid\":1,\"tid\":0,\"ts\":0.000,"
                      "\"name\":\"process_name\",\"args\":{\"name\":\"");
    lab_record_put_json(&o, chan_lab_.program);
    lab_text_put(&o, "\"}}");
    for (int i = 0; i < s.n_goroutines; i++)
        if (s.goroutines[i]) lab_record_name_goroutine(&o, s.goroutines[i]);
    s.see = lab_record_write_event;
    lab_record_see(&s);
    lab_text_put(&o, "\n],\"displayTimeUnit\":\"ns\"}\n");
    lab_text_flush(&o);
}
/* With the lock; once: who comes later waits until it is done. */
static inline void lab_record_write_all(void) {
    int nobody = 0; sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    if (atomic_compare_exchange_strong(&chan_lab_.written, &nobody, 1)) {
        if (chan_lab_.tracing) lab_record_write_trace();
        if (lab_record_choices.to >= 0) lab_text_flush(&lab_record_choices);
        chan_lab_.written = 2;
    }
    while (chan_lab_.written < 2) (nanosleep)(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}
/* Fills in what an event says of a channel; after a send the channel itself may be gone. */
static inline void lab_record_channel(struct chan_lab_event_ *e, struct chan_ *c) {
    if (e && c) e->chan = c->lab.number, e->buffered = c->cap > 0, e->made = c->lab.at;
    if (e && c) e->value_kind = c->lab.kind;
}
static inline void lab_record_value(struct chan_lab_event_ *e, const void *value, size_t size) {
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
    e->lasted = lab_state_clock() - e->when;
    atomic_store_explicit(&e->kind, (int)kind, memory_order_release);
}

#endif
