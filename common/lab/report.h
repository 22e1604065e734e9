/* report.h -- reports which goroutine waits for what: at a deadlock, and as leaks.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_REPORT_H
#define CHAN_LAB_REPORT_H
#include "flight.h"
#include "locks.h"

static inline void lab_report_put_op(struct lab_text *o, const struct chan_lab_op_ *op) {
    int kind = op->kind; const char *at = op->at;
    lab_text_put(o, "%s", lab_state_verb(kind));
    if (kind == CHAN_LAB_SELECT_) lab_text_put(o, " %lld", op->n);
    else if (at) lab_text_put(o, " %s", lab_state_spelled(at));
    if ((kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_) && !op->chan)
        lab_text_put(o, " (NULL)");
    if (at) lab_text_put(o, " at %s", at);
}
/* What a goroutine does, in a sentence: `waits to send to jobs`. */
enum { LAB_REPORT_CASES = 16, LAB_REPORT_UNDONE = 8, LAB_REPORT_GOROUTINES = 50 }; /* then `more` */
enum { LAB_REPORT_MOST_CASES = 4096 }; /* of a select that panics: a larger number is the mistake */
enum { LAB_REPORT_NAME = 32, LAB_REPORT_EXPRESSION = 48, LAB_REPORT_FILE = 72 };
static inline const char *lab_report_does(int kind) {
    static const char *const words[] = {
        [CHAN_LAB_NONE_] = "runs", [CHAN_LAB_RECV_] = "waits to receive from",
        [CHAN_LAB_SEND_] = "waits to send to", [CHAN_LAB_CLOSE_] = "closes",
        [CHAN_LAB_SELECT_] = "waits in a select of", [CHAN_LAB_WAIT_] = "waits for wait group",
        [CHAN_LAB_ADD_] = "changes wait group", [CHAN_LAB_SLEEP_] = "sleeps for",
        [CHAN_LAB_START_] = "is about to run", [CHAN_LAB_END_] = "ends",
        [CHAN_LAB_GO_] = "starts", [CHAN_LAB_MUTEX_] = "waits for mutex",
        [CHAN_LAB_RWLOCK_] = "waits for rwlock", [CHAN_LAB_COND_] = "waits for condition",
        [CHAN_LAB_ONCE_] = "waits for the end of",
        [CHAN_LAB_JOIN_] = "waits to join thread", [CHAN_LAB_LOOK_] = "looks at",
        [CHAN_LAB_UNLOCK_] = "unlocks", [CHAN_LAB_ABORT_] = "aborts",
        [CHAN_LAB_SEM_] = "waits for semaphore", [CHAN_LAB_BARRIER_] = "waits at barrier",
        [CHAN_LAB_SPIN_] = "waits for spinlock",
        [CHAN_LAB_FREE_] = "frees", [CHAN_LAB_CREATE_] = "starts thread",
        [CHAN_LAB_SIGNAL_] = "signals",
        [CHAN_LAB_SYSTEM_] = "waits in", [CHAN_LAB_ATOMIC_] = "uses atomic",
    };
    return kind < (int)(sizeof words / sizeof *words) && words[kind] ? words[kind] : "runs";
}
/* A report names the file once, in its head. Its other lines name a file only if it is another. */
struct lab_report {
    struct lab_lines lines;
    const char *file; size_t length; /* the file that the head names */
    bool at_exit;                    /* this goroutine ends the program */
};
enum { LAB_REPORT_MAIN_LINE = 2, LAB_REPORT_FACT = 6 }; /* how far they are indented */
static inline size_t lab_report_file_length(const char *at) {
    const char *colon = at ? strrchr(at, ':') : NULL;
    return colon ? (size_t)(colon - at) : 0;
}
static inline void lab_report_set_file(struct lab_report *r, const char *at) {
    if (r->length > 0) return;
    r->length = lab_report_file_length(at);
    r->file = at;
}
/* The name of a file: if it is too long, its beginning is cut. */
static inline void lab_report_put_file(struct lab_report *r, const char *file, size_t n) {
    bool cut = n > LAB_REPORT_FILE;
    size_t from = cut ? n - LAB_REPORT_FILE + 3 : 0;
    if (cut) lab_text_say(&r->lines, "...");
    lab_text_say_bytes(&r->lines, file + from, n - from);
}
/* `line 12`, or `line 12 of list.c` for another file than the head's. */
static inline void lab_report_put_line(struct lab_report *r, const char *at) {
    size_t n = lab_report_file_length(at);
    if (n == 0) { lab_text_say(&r->lines, "an unknown line"); return; }
    lab_text_say(&r->lines, "line\t%s", at + n + 1);
    if (n == r->length && memcmp(at, r->file, n) == 0) return;
    lab_text_say(&r->lines, " of ");
    lab_report_put_file(r, at, n);
}
static inline void lab_report_put_head(struct lab_report *r, const char *before) {
    lab_text_begin_line(&r->lines, 0);
    lab_text_say(&r->lines, r->length > 0 ? "%s in " : "%s", before);
    lab_report_put_file(r, r->file, r->length);
    lab_text_say(&r->lines, ":");
}
static inline void lab_report_begin_at(struct lab_report *r, const char *at) {
    lab_text_begin_line(&r->lines, LAB_REPORT_MAIN_LINE);
    if (lab_report_file_length(at) == 0) return;
    lab_report_put_line(r, at);
    lab_text_say(&r->lines, ": ");
}
static inline void lab_report_begin_fact(struct lab_report *r) {
    lab_text_begin_line(&r->lines, LAB_REPORT_FACT);
}
static inline void lab_report_put_name(struct lab_report *r, int number, const char *name) {
    lab_text_say(&r->lines, "goroutine\t%d\t(", number);
    lab_text_say_cut(&r->lines, name, LAB_REPORT_NAME);
    lab_text_say(&r->lines, ")");
}
static inline void lab_report_put_does(struct lab_report *r, const struct chan_lab_op_ *op) {
    int kind = op->kind;
    const char *at = op->at;
    if (kind == CHAN_LAB_SYSTEM_) {
        bool input = op->n >= 0;
        lab_text_say(&r->lines, "waits for %s in %s", input ? "input" : "a signal",
                     lab_state_spelled(at));
        if (input) lab_text_say(&r->lines, ", file descriptor\t%lld", (long long)op->n);
        return;
    }
    lab_text_say(&r->lines, "%s", lab_report_does(kind));
    if (kind == CHAN_LAB_SELECT_)
        lab_text_say(&r->lines, " %lld case%s", (long long)op->n, op->n == 1 ? "" : "s");
    else if (kind != CHAN_LAB_NONE_ && at) {
        lab_text_say(&r->lines, " ");
        lab_text_say_cut(&r->lines, lab_state_spelled(at), LAB_REPORT_EXPRESSION);
    }
    if (kind == CHAN_LAB_ONCE_) lab_text_say(&r->lines, " in pthread_once");
    if (kind == CHAN_LAB_SLEEP_) lab_text_say(&r->lines, " ms");
    if ((kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_) && !op->chan)
        lab_text_say(&r->lines, " (NULL)");
}
static inline struct chan_lab_goroutine_ *lab_report_find(int number) { /* NULL if it has ended */
    lab_state_each(g) if (g->number == number) return g;
    return NULL;
}
/* Whether the goroutine is blocked and no deadline will end that. At a normal exit, this is asked
 * after the program's own exit handlers. */
static inline bool lab_report_is_blocked(const struct chan_lab_goroutine_ *g) {
    return chan_lab_.seeded ? g->state == CHAN_LAB_BLOCKED_ : g->parked != NULL;
}
static inline bool lab_report_is_left(struct chan_lab_goroutine_ *g) {
    if (g == chan_lab_me_) return false;
    if (g->has_come) return false; /* A signal or input may come. */
    return chan_lab_.seeded ? g->state == CHAN_LAB_BLOCKED_ && g->deadline == CHAN_NEVER_
                            : g->asleep || (g->parked && g->parked->state == CHAN_PARKED_
                                            && !g->parked_timed);
}
/* Whether the goroutine is not blocked for good when the program ends: it sleeps, waits with a
 * deadline, or went on for so long that its steps were cut off. */
static inline bool lab_report_still_lives(struct chan_lab_goroutine_ *g) {
    if (g == chan_lab_me_) return false;
    if (!chan_lab_.seeded)
        return g->op.kind == CHAN_LAB_SLEEP_ || (g->parked && g->parked_timed);
    return (g->state == CHAN_LAB_BLOCKED_ && g->deadline < CHAN_NEVER_)
           || g->state == CHAN_LAB_READY_;
}
static inline void lab_report_put_life(struct lab_report *r, struct chan_lab_goroutine_ *g) {
    if (!r->at_exit || !lab_report_still_lives(g)) return;
    lab_text_begin_line(&r->lines, LAB_REPORT_FACT);
    lab_text_say(&r->lines, "still lives when the program ends");
    if (!chan_lab_.seeded) return;
    if (g->state == CHAN_LAB_READY_) lab_text_say(&r->lines, ", after 10,000 more steps");
    else if (g->deadline > chan_lab_.now)
        lab_text_say(&r->lines, ", and goes on in %lld ms",
                     (g->deadline - chan_lab_.now + 999999) / 1000000);
}
/* What another goroutine does. If the report has a line about it, that line says more. */
static inline void lab_report_put_state(struct lab_report *r, struct chan_lab_goroutine_ *g) {
    const char *at = g->op.at;
    if (r->at_exit && g == chan_lab_me_) {
        lab_text_say(&r->lines, ", which ends the program");
        return;
    }
    lab_text_say(&r->lines, ", which ");
    if (at && (!r->at_exit || lab_report_is_left(g))) lab_text_say(&r->lines, "waits");
    else lab_report_put_does(r, &g->op);
    if (!at) return;
    lab_text_say(&r->lines, " in ");
    lab_report_put_line(r, at);
}
/* Those of the same name that have ended, together: `goroutines 2, 3 and 5 (fetch)`. */
static inline unsigned lab_report_put_ended(struct lab_report *r,
                                            const struct chan_lab_users_ *users, int first, int n) {
    unsigned these = 0, rest;
    int many = 0;
    for (int i = first; i < n; i++)
        if (!strcmp(users->who[i].name, users->who[first].name)
            && !lab_report_find(users->who[i].number)) these |= 1U << i;
    lab_text_say(&r->lines, these == 1U << first ? "goroutine " : "goroutines ");
    rest = these;
    for (int i = first; i < n; i++) {
        if (!(these >> i & 1)) continue;
        rest &= ~(1U << i);
        if (many++) lab_text_say(&r->lines, rest ? ", " : " and ");
        lab_text_say(&r->lines, "%d", users->who[i].number);
    }
    lab_text_say(&r->lines, " (");
    lab_text_say_cut(&r->lines, users->who[first].name, LAB_REPORT_NAME);
    lab_text_say(&r->lines, "), which %s ended", many > 1 ? "have" : "has");
    return these;
}
static inline void lab_report_put_users(struct lab_report *r, const struct chan_lab_goroutine_ *of,
                                        const struct chan_lab_users_ *users) {
    int known = (int)(sizeof users->who / sizeof *users->who);
    int n = users->n < known ? users->n : known;
    unsigned put = 0;
    for (int i = 0; i < n; i++) {
        if (put >> i & 1) continue;
        if (put) lab_text_say(&r->lines, "; ");
        struct chan_lab_goroutine_ *alive = lab_report_find(users->who[i].number);
        if (!alive) { put |= lab_report_put_ended(r, users, i, n); continue; }
        put |= 1U << i;
        lab_report_put_name(r, alive->number, alive->name);
        if (alive == of) lab_text_say(&r->lines, " itself");
        else lab_report_put_state(r, alive);
    }
    if (users->n > known) lab_text_say(&r->lines, "; and others");
}
/* The goroutines at the other end of a channel on which a goroutine is blocked. */
static inline void lab_report_put_other_end(struct lab_report *r, struct chan_lab_goroutine_ *g,
                                            struct chan_ *c, bool sends) {
    struct lab_lines *l = &r->lines;
    const struct chan_lab_users_ *users = !c ? NULL : sends ? &c->lab.receivers : &c->lab.senders;
    if (!c) lab_text_say(l, "a channel that is NULL blocks forever");
    else if (c->is_timer)
        lab_text_say(l, "sender: a timer%s", c->due < CHAN_NEVER_ ? "" : ", which has fired");
    else if (users->n == 0)
        lab_text_say(l, "no goroutine has %s it so far", sends ? "received from" : "sent to");
    else {
        lab_text_say(l, "%s%s: ", sends ? "receiver" : "sender", users->n > 1 ? "s" : "");
        lab_report_put_users(r, g, users);
    }
}
/* Whose values a full buffer holds. This may be the goroutine that would receive one of them, if it
 * were not blocked itself, for example if the channel is used as a semaphore. */
static inline void lab_report_get_fillers(struct chan_ *c, struct chan_lab_users_ *fillers) {
    size_t room = sizeof c->lab.filled / sizeof *c->lab.filled;
    size_t n = c->len < room ? c->len : room;
    int m = 0;
    for (size_t i = n; i-- > 0;) {
        struct chan_lab_user_ *who = &c->lab.filled[(c->lab.sent - i) % room];
        int known = 0;
        while (known < m && fillers->who[known].number != who->number) known++;
        if (known == m && who->number > 0) fillers->who[m++] = *who;
    }
    fillers->n = m;
}
static inline void lab_report_put_full(struct lab_report *r, struct chan_lab_goroutine_ *g,
                                       struct chan_ *c) {
    struct chan_lab_users_ fillers = { .n = 0 };
    if (!c || c->cap == 0 || c->is_timer) return;
    if (r->at_exit) chan_enter_(c); /* others may still run */
    bool full = c->len == c->cap;
    if (full) lab_report_get_fillers(c, &fillers);
    if (r->at_exit) chan_leave_(c);
    if (!full || fillers.n == 0) return;
    lab_report_begin_fact(r);
    lab_text_say(&r->lines, "full (capacity %zu), filled by ", c->cap);
    lab_report_put_users(r, g, &fillers);
}
static inline void lab_report_put_case(struct lab_report *r, struct chan_lab_goroutine_ *g,
                                       const struct chan_case *a, long long i) {
    bool sends = a->kind_ == CHAN_SEND_;
    lab_report_begin_fact(r);
    lab_text_say(&r->lines, "case %lld: ", i);
    if (a->kind_ == CHAN_TIMEOUT_) {
        bool never = a->ns_ == CHAN_NEVER_;
        if (never) lab_text_say(&r->lines, "a timeout that never comes");
        else lab_text_say(&r->lines, "a timeout of %lld ms", a->ns_ / 1000000);
        return;
    }
    lab_text_say(&r->lines, sends ? "send to " : "receive from ");
    lab_text_say_cut(&r->lines, a->spelled_ ? a->spelled_ : "a channel", LAB_REPORT_EXPRESSION);
    lab_text_say(&r->lines, a->chan_ ? "; " : " (NULL), which is never ready");
    if (!a->chan_) return;
    lab_report_put_other_end(r, g, a->chan_, sends);
}
/* The goroutines that wg_go() has started and that have not returned. Returns how many. */
static inline int lab_report_put_undone(struct lab_report *r, const struct chan_lab_goroutine_ *of,
                                        const struct waitgroup *wg) {
    int n = 0;
    lab_state_each(g) {
        if (g->group != wg || ++n > LAB_REPORT_UNDONE) continue;
        lab_report_begin_fact(r);
        lab_text_say(&r->lines, "not yet done: ");
        lab_report_put_name(r, g->number, g->name);
        if (g == of) lab_text_say(&r->lines, " itself");
        else lab_report_put_state(r, g);
    }
    if (n <= LAB_REPORT_UNDONE) return n;
    lab_report_begin_fact(r);
    lab_text_say(&r->lines, "not yet done: %d more goroutines", n - LAB_REPORT_UNDONE);
    return n;
}
static inline void lab_report_put_group(struct lab_report *r, struct chan_lab_goroutine_ *g) {
    const struct waitgroup *wg = g->op.wg;
    const struct chan_lab_copy_ *copy = NULL;
    for (int i = 0; i < chan_lab_.n_copies; i++)
        if (chan_lab_.copies[i].of == wg) copy = &chan_lab_.copies[i];
    lab_report_begin_fact(r);
    lab_text_say(&r->lines, "counter %lld", (long long)wg->lab_.count);
    if (wg->lab_.added_at) {
        lab_text_say(&r->lines, ", last increased in ");
        lab_report_put_line(r, wg->lab_.added_at);
    }
    if (lab_report_put_undone(r, g, wg) == wg->lab_.count) return;
    lab_report_begin_fact(r);
    if (wg->lab_.self && wg->lab_.self != wg)
        lab_text_say(&r->lines, "this is a copied wait group");
    else if (copy) {
        lab_text_say(&r->lines, "a copied wait group: ");
        lab_report_put_name(r, copy->number, copy->name);
        lab_text_say(&r->lines, " used a copy in ");
        lab_report_put_line(r, copy->at);
    } else if (wg->lab_.done.n == 0)
        lab_text_say(&r->lines, "no goroutine has called wg_done so far");
    else {
        lab_text_say(&r->lines, "done by: ");
        lab_report_put_users(r, g, &wg->lab_.done);
    }
}
/* A goroutine by its number, for a line about g: what it does now, or that it has ended. */
static inline void lab_report_put_who(struct lab_report *r, const struct chan_lab_goroutine_ *g,
                                      int number, const char *name) {
    struct chan_lab_goroutine_ *alive = lab_report_find(number);
    lab_report_put_name(r, number, name);
    if (!alive) lab_text_say(&r->lines, ", which has ended");
    else if (alive == g) lab_text_say(&r->lines, " itself");
    else lab_report_put_state(r, alive);
}
/* The goroutines that hold the lock that g waits for. */
static inline void lab_report_put_holder(struct lab_report *r, struct chan_lab_goroutine_ *g,
                                         const struct lab_locks_holder *h) {
    static const char *const words[] = {
        [LAB_LOCKS_MUTEX] = "held since", [LAB_LOCKS_READING] = "held for reading since",
        [LAB_LOCKS_WRITING] = "held for writing since", [LAB_LOCKS_ONCE] = "called since",
        [LAB_LOCKS_SPIN] = "held since",
    };
    lab_report_begin_fact(r);
    lab_text_say(&r->lines, "%s ", words[h->how]);
    lab_report_put_line(r, h->at);
    lab_text_say(&r->lines, " by ");
    lab_report_put_who(r, g, h->number, h->name);
}
static inline void lab_report_put_writer(struct lab_report *r, struct chan_lab_goroutine_ *g) {
    const struct chan_lab_goroutine_ *writer = lab_locks_writer(g, g->wants);
    if (!writer) return;
    lab_report_begin_fact(r);
    lab_text_say(&r->lines, "a writer is first: ");
    lab_report_put_name(r, writer->number, writer->name);
    lab_text_say(&r->lines, ", which waits in ");
    lab_report_put_line(r, writer->op.at);
}
static inline void lab_report_put_lock(struct lab_report *r, struct chan_lab_goroutine_ *g) {
    struct lab_locks_holder holder[4];
    int known = (int)(sizeof holder / sizeof *holder);
    int n = lab_locks_holders(g->wants_mutex ? g->mutex : g->wants, holder, known);
    for (int i = 0; i < n && i < known; i++) lab_report_put_holder(r, g, &holder[i]);
    bool is_reader = g->op.kind == CHAN_LAB_RWLOCK_ && g->op.n == 0;
    if (is_reader && n > 0 && holder[0].how == LAB_LOCKS_READING) lab_report_put_writer(r, g);
    if (n <= known) return;
    lab_report_begin_fact(r);
    lab_text_say(&r->lines, "held by %d more goroutines", n - known);
}
/* A signal may have woken a goroutine that had no use for it. */
static inline void lab_report_put_signal(struct lab_report *r, struct chan_lab_goroutine_ *g,
                                         const struct chan_lab_signal_ *s) {
    lab_report_begin_fact(r);
    if (!s->is_heard) lab_text_say(&r->lines, "signalled in ");
    else lab_text_say(&r->lines, s->number ? "the last signal, in " : "the last signal was in ");
    lab_report_put_line(r, s->at);
    if (s->number) {
        lab_text_say(&r->lines, ", woke ");
        lab_report_put_who(r, g, s->number, s->name);
    }
    if (s->is_heard) return;
    lab_text_say(&r->lines, s->is_first ? ", before any goroutine waited"
                                        : ", when no goroutine waited");
}
static inline void lab_report_put_condition(struct lab_report *r, struct chan_lab_goroutine_ *g) {
    const struct chan_lab_signal_ *s = lab_locks_signal_of(g->wants);
    if (g->wants_mutex) {
        lab_report_begin_fact(r);
        lab_text_say(&r->lines, "it was woken, and now waits for the mutex");
        lab_report_put_lock(r, g);
    } else if (s->of == g->wants && s->at) {
        lab_report_put_signal(r, g, s);
    }
}
static inline void lab_report_put_semaphore(struct lab_report *r, struct chan_lab_goroutine_ *g) {
    const struct chan_lab_signal_ *s = lab_locks_signal_of(g->wants);
    if (s->of != g->wants) return;
    lab_report_begin_fact(r);
    lab_text_say(&r->lines, "last taken in ");
    lab_report_put_line(r, s->at);
    lab_text_say(&r->lines, " by ");
    lab_report_put_who(r, g, s->number, s->name);
}
static inline void lab_report_put_barrier(struct lab_report *r, struct chan_lab_goroutine_ *g) {
    int n = 0;
    lab_state_each(other) n += other->wants == g->wants;
    lab_report_begin_fact(r);
    lab_text_say(&r->lines, "%d of %lld goroutines have arrived", n, (long long)g->op.n);
}
static inline void lab_report_put_facts(struct lab_report *r, struct chan_lab_goroutine_ *g) {
    const struct chan_lab_op_ *op = &g->op;
    int kind = op->kind;
    if (kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_) {
        lab_report_begin_fact(r);
        lab_report_put_other_end(r, g, op->chan, kind == CHAN_LAB_SEND_);
    }
    if (kind == CHAN_LAB_SEND_) lab_report_put_full(r, g, op->chan);
    if (kind == CHAN_LAB_WAIT_) lab_report_put_group(r, g);
    if (g->wants && kind == CHAN_LAB_COND_) lab_report_put_condition(r, g);
    else if (g->wants && kind == CHAN_LAB_SEM_) lab_report_put_semaphore(r, g);
    else if (g->wants && kind == CHAN_LAB_BARRIER_) lab_report_put_barrier(r, g);
    else if (g->wants) lab_report_put_lock(r, g);
    if (kind != CHAN_LAB_SELECT_) return;
    for (long long i = 0; i < op->n && i < LAB_REPORT_CASES; i++)
        lab_report_put_case(r, g, &op->cases[i], i);
    if (op->n <= LAB_REPORT_CASES) return;
    lab_report_begin_fact(r);
    lab_text_say(&r->lines, "... and %lld more cases", (long long)op->n - LAB_REPORT_CASES);
}
static inline void lab_report_put_creator(struct lab_report *r,
                                          const struct chan_lab_goroutine_ *g) {
    if (!g->at) return;
    lab_report_begin_fact(r);
    lab_text_say(&r->lines, "created by ");
    if (g->by) lab_text_say(&r->lines, "goroutine %d in ", g->by);
    else lab_text_say(&r->lines, "an unknown thread in ");
    lab_report_put_line(r, g->at);
}
static inline void lab_report_put_goroutine(struct lab_report *r, struct chan_lab_goroutine_ *g) {
    lab_report_begin_at(r, g->op.at);
    lab_report_put_name(r, g->number, g->name);
    lab_text_say(&r->lines, " ");
    lab_report_put_does(r, &g->op);
    lab_report_put_facts(r, g);
    lab_report_put_life(r, g);
    lab_report_put_creator(r, g);
}
/* With the lock: a call fails that takes, releases or destroys a lock. */
static inline const char *lab_report_error_name(int error) {
    switch (error) {
    case EAGAIN: return "EAGAIN";
    case EBUSY: return "EBUSY";
    case EDEADLK: return "EDEADLK";
    case EINVAL: return "EINVAL";
    case EPERM: return "EPERM";
    default: return strerror(error);
    }
}
static inline void lab_report_failed(struct chan_lab_goroutine_ *me, const char *call, int error,
                                     const void *object, const char *at) {
    static struct lab_text o = { .to = 2 };
    struct lab_report r = { .lines = { .to = &o } };
    struct lab_locks_holder holder;
    lab_report_set_file(&r, at);
    lab_report_put_file(&r, at, lab_report_file_length(at));
    lab_text_say(&r.lines, "%s: %s fails with %s", at + lab_report_file_length(at), call,
                 lab_report_error_name(error));
    if (lab_locks_holders(object, &holder, 1) > 0) lab_report_put_holder(&r, me, &holder);
    lab_text_end_line(&r.lines);
    lab_text_flush(&o);
}
/* That a sleep ended while another goroutine could still run, if it did. */
static inline void lab_report_put_woke(struct lab_report *r) {
    const struct lab_record_woke *woke = &lab_record_woke_;
    if (woke->returned) {
        lab_text_begin_line(&r->lines, 0);
        lab_text_say(&r->lines, "a wait may return without a signal: that of ");
        lab_report_put_name(r, woke->returned, woke->returned_name);
        lab_text_say(&r->lines, " did in ");
        lab_report_put_line(r, woke->returned_at);
        lab_text_end_line(&r->lines);
    }
    if (woke->n == 0) return;
    lab_text_begin_line(&r->lines, 0);
    lab_text_say(&r->lines, "a sleep is no synchronisation: ");
    lab_report_put_name(r, woke->number, woke->name);
    lab_text_say(&r->lines, " woke in ");
    lab_report_put_line(r, woke->at);
    lab_text_say(&r->lines, " while ");
    lab_report_put_name(r, woke->other, woke->other_name);
    lab_text_say(&r->lines, " could still run");
    if (woke->n > 1) lab_text_say(&r->lines, ", as the last of %lld such sleeps", woke->n);
    lab_text_end_line(&r->lines);
}
static inline void lab_report_say_woke(void) { /* after a panic */
    static struct lab_text o = { .to = 2 };
    struct lab_report r = { .lines = { .to = &o } };
    lab_report_put_woke(&r);
    lab_text_flush(&o);
}
/* Called with the lock, which no other thread will need again. */
static inline void lab_report_stuck(void) {
    static struct lab_text o = { .to = 2 };
    struct lab_report r = { .lines = { .to = &o } };
    int n = 0;
    signal(SIGPIPE, SIG_IGN);
    if (ftrylockfile(stdout) == 0) fflush(stdout);
    lab_text_put(&o, "all goroutines are asleep - deadlock!\n");
    lab_state_each(g) lab_report_set_file(&r, g->op.at);
    lab_report_put_head(&r, "blocked");
    lab_state_each(g) if (++n <= LAB_REPORT_GOROUTINES) lab_report_put_goroutine(&r, g);
    lab_text_end_line(&r.lines);
    if (n > LAB_REPORT_GOROUTINES)
        lab_text_put(&o, "  ... and %d more goroutines\n", n - LAB_REPORT_GOROUTINES);
    lab_report_put_woke(&r);
    lab_text_flush(&o);
    lab_flight_print();
    lab_record_write_all();
    _exit(3);
}
/* Channels of the same line that were never freed, together. The first made comes first. */
static inline bool lab_report_is_same_kind(const struct chan_ *a, const struct chan_ *b) {
    return a->lab.at == b->lab.at && a->cap == b->cap && a->is_timer == b->is_timer;
}
static inline void lab_report_put_channel(struct lab_report *r, struct chan_ *c, long long n) {
    lab_report_begin_at(r, c->lab.at);
    if (n == 1) lab_text_say(&r->lines, "a ");
    else lab_text_say(&r->lines, "%lld ", n);
    lab_text_say(&r->lines, "%schannel%s of ", c->is_timer ? "timer " : "", n == 1 ? "" : "s");
    lab_text_say_cut(&r->lines, lab_state_spelled(c->lab.at), LAB_REPORT_EXPRESSION);
    if (c->is_timer) lab_text_say(&r->lines, " ms");
    else lab_text_say(&r->lines, ", capacity %zu,", c->cap);
    lab_text_say(&r->lines, n == 1 ? " was never freed" : " were never freed");
}
static inline void lab_report_put_channels(struct lab_report *r, struct chan_ *first) {
    for (struct chan_ *c = first; c; c = c->lab.prev) {
        struct chan_ *same = first;
        long long n = 0;
        while (!lab_report_is_same_kind(same, c)) same = same->lab.prev;
        if (same != c) continue;
        for (; same; same = same->lab.prev) n += lab_report_is_same_kind(same, c);
        lab_report_put_channel(r, c, n);
    }
}
/* With the lock: lists the goroutines that are blocked forever, and the channels that are not
 * freed. The caller flushes o without the lock: standard error may be a full pipe. */
static inline bool lab_report_leaks(struct lab_text *o) {
    struct lab_report r = { .lines = { .to = o }, .at_exit = true };
    struct chan_ *first = chan_lab_.channels;
    int n = 0;
    bool found = first;
    while (first && first->lab.next) first = first->lab.next;
    lab_state_each(g) {
        if (!lab_report_is_left(g) && !lab_report_still_lives(g)) continue;
        lab_report_set_file(&r, g->op.at);
        found = true;
    }
    if (!found) return false;
    if (first) lab_report_set_file(&r, first->lab.at);
    lab_report_put_head(&r, "leaks");
    lab_state_each(g)
        if ((lab_report_is_left(g) || lab_report_still_lives(g)) && ++n <= LAB_REPORT_GOROUTINES)
            lab_report_put_goroutine(&r, g);
    lab_report_put_channels(&r, first);
    lab_text_end_line(&r.lines);
    if (n > LAB_REPORT_GOROUTINES)
        lab_text_put(o, "  ... and %d more goroutines\n", n - LAB_REPORT_GOROUTINES);
    lab_report_put_woke(&r);
    return true;
}

/* What a goroutine does or did, as a noun: `a send to jobs`. */
static inline const char *lab_report_deed(int kind) {
    static const char *const words[] = {
        [CHAN_LAB_RECV_] = "a receive from", [CHAN_LAB_SEND_] = "a send to",
        [CHAN_LAB_CLOSE_] = "a close of", [CHAN_LAB_SELECT_] = "a select",
        [CHAN_LAB_WAIT_] = "a wait for", [CHAN_LAB_ADD_] = "a change of wait group",
        [CHAN_LAB_SLEEP_] = "a sleep of", [CHAN_LAB_START_] = "the start of",
        [CHAN_LAB_GO_] = "the start of goroutine", [CHAN_LAB_MUTEX_] = "a lock of",
        [CHAN_LAB_RWLOCK_] = "a lock of", [CHAN_LAB_COND_] = "a wait for",
        [CHAN_LAB_ONCE_] = "pthread_once of", [CHAN_LAB_JOIN_] = "a join of",
        [CHAN_LAB_LOOK_] = "a look at", [CHAN_LAB_UNLOCK_] = "an unlock of",
        [CHAN_LAB_FREE_] = "a free of", [CHAN_LAB_CREATE_] = "the start of thread",
        [CHAN_LAB_SYSTEM_] = "a call of", [CHAN_LAB_SEM_] = "a wait for",
        [CHAN_LAB_ATOMIC_] = "a use of", [CHAN_LAB_BARRIER_] = "a wait at",
        [CHAN_LAB_SPIN_] = "a lock of", [CHAN_LAB_SIGNAL_] = "a signal of",
    };
    return kind < (int)(sizeof words / sizeof *words) ? words[kind] : NULL;
}
static inline void lab_report_put_deed(struct lab_report *r, int kind, const char *at) {
    lab_text_say(&r->lines, "%s", lab_report_deed(kind));
    if (kind == CHAN_LAB_SELECT_) return;
    lab_text_say(&r->lines, " ");
    lab_text_say_cut(&r->lines, lab_state_spelled(at), LAB_REPORT_EXPRESSION);
}
static inline void lab_report_put_closer(struct lab_report *r, const struct chan_lab_closer_ *by) {
    struct chan_lab_goroutine_ *alive = lab_report_find(by->who.number);
    lab_text_say(&r->lines, "closed in ");
    lab_report_put_line(r, by->at);
    lab_text_say(&r->lines, " by ");
    lab_report_put_name(r, by->who.number, by->who.name);
    if (!alive) lab_text_say(&r->lines, ", which has ended");
    else if (alive == chan_lab_me_) lab_text_say(&r->lines, " itself");
}
/* With the lock: whether this is a channel, and not one that was freed meanwhile. */
static inline bool lab_report_is_channel(const struct chan_ *c) {
    for (const struct chan_ *each = chan_lab_.channels; each; each = each->lab.next)
        if (each == c) return true;
    return false;
}
/* The facts about a channel at which this goroutine panics: that it is closed, or in use. */
static inline void lab_report_put_closed(struct lab_report *r, const char *before,
                                         const struct chan_ *c) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    const struct chan_lab_closer_ *by = NULL;
    if (me->closed_by.at) by = &me->closed_by;
    else if (lab_report_is_channel(c) && c->lab.closer.at) by = &c->lab.closer;
    if (!by) return;
    lab_report_begin_fact(r);
    lab_text_say(&r->lines, "%s", before);
    lab_report_put_closer(r, by);
}
static inline bool lab_report_uses(const struct chan_lab_goroutine_ *g, const struct chan_ *c) {
    int kind = g->op.kind;
    if (!g->op.at || g == chan_lab_me_) return false;
    if (kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_) return g->op.chan == c;
    if (kind != CHAN_LAB_SELECT_ || !lab_report_is_blocked(g)) return false;
    for (long long i = 0; i < g->op.n; i++)
        if (g->op.cases[i].chan_ == c) return true;
    return false;
}
static inline void lab_report_put_uses(struct lab_report *r, const struct chan_ *c) {
    int n = 0;
    lab_state_each(g) {
        if (!lab_report_uses(g, c) || ++n > LAB_REPORT_UNDONE) continue;
        lab_report_begin_fact(r);
        lab_report_put_name(r, g->number, g->name);
        lab_text_say(&r->lines, " ");
        lab_report_put_does(r, &g->op);
        lab_text_say(&r->lines, " in ");
        lab_report_put_line(r, g->op.at);
    }
}
static inline void lab_report_put_panic(struct lab_report *r, struct chan_lab_goroutine_ *me) {
    const struct chan_lab_op_ *op = &me->op;
    int kind = op->kind;
    const char *at = op->at;
    lab_report_begin_at(r, at);
    lab_report_put_name(r, me->number, me->name);
    lab_text_say(&r->lines, " panics");
    if (!at || !lab_report_deed(kind)) return;
    lab_text_say(&r->lines, " in ");
    lab_report_put_deed(r, kind, at);
    if (kind == CHAN_LAB_SEND_ || kind == CHAN_LAB_CLOSE_) lab_report_put_closed(r, "", op->chan);
    if (kind == CHAN_LAB_FREE_) lab_report_put_uses(r, op->chan);
    if (kind != CHAN_LAB_SELECT_ || op->n > LAB_REPORT_MOST_CASES) return;
    for (long long i = 0; i < op->n; i++) {
        char before[32];
        snprintf(before, sizeof before, "case %lld: ", i);
        if (op->cases[i].kind_ == CHAN_SEND_)
            lab_report_put_closed(r, before, op->cases[i].chan_);
    }
}
/* A panic has printed its line. This says which goroutine panics, and why it does. */
LAB_CALL_ void lab_report_panic(void) {
    static struct lab_text o = { .to = 2 };
    struct lab_report r = { .lines = { .to = &o } };
    if (!chan_lab_me_) return;
    bool entered = lab_state_enter_to_die();
    lab_report_set_file(&r, chan_lab_me_->op.at);
    lab_report_put_panic(&r, chan_lab_me_);
    lab_text_end_line(&r.lines);
    lab_text_flush(&o);
    lab_flight_print();
    if (entered) lab_state_leave();
}

#endif
