/* report.h -- reports which goroutine waits for what: at a deadlock, and as leaks.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_REPORT_H
#define CHAN_LAB_REPORT_H
#include "locks.h"
#include "record.h"

static inline void lab_report_put_op(struct lab_text *o, const struct chan_lab_op_ *op) {
    int kind = op->kind; const char *at = op->at;
    lab_text_put(o, "%s", lab_state_verb(kind));
    if (kind == CHAN_LAB_SELECT_) lab_text_put(o, " %lld", op->n);
    else if (at) lab_text_put(o, " %s", lab_state_spelled(at));
    if ((kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_) && !op->chan)
        lab_text_put(o, " (NULL)");
    if (at) lab_text_put(o, " at %s", at);
}
static inline void lab_report_put_users(struct lab_text *o,
                                        const struct chan_lab_users_ *users) {
    int known = (int)(sizeof users->who / sizeof *users->who);
    for (int i = 0; i < users->n && i < known; i++) {
        struct chan_lab_goroutine_ *alive = NULL;
        lab_state_each(g) if (g->number == users->who[i].number) alive = g;
        lab_text_put(o, "%sgoroutine %d (%s), ", i ? "; " : "", users->who[i].number,
                     users->who[i].name);
        if (alive) lab_report_put_op(o, &alive->op); else lab_text_put(o, "ended");
    }
    if (users->n == 0) lab_text_put(o, "no goroutine so far");
    if (users->n > known) lab_text_put(o, "; and others");
}
static inline void lab_report_put_other_end(struct lab_text *o, struct chan_ *c, bool sends) {
    if (!c) { lab_text_put(o, "none, it is NULL"); return; }
    if (c->is_timer) {
        lab_text_put(o, c->due < CHAN_NEVER_ ? "a timer" : "a timer that has fired");
        return;
    }
    lab_report_put_users(o, sends ? &c->lab.receivers : &c->lab.senders);
}
static inline void lab_report_put_goroutine(struct lab_text *o, struct chan_lab_goroutine_ *g) {
    const struct chan_lab_op_ *op = &g->op;
    lab_text_put(o, "goroutine %d (%s)", g->number, g->name);
    if (g->at) lab_text_put(o, ", created by goroutine %d at %s", g->by, g->at);
    lab_text_put(o, ": ");
    lab_report_put_op(o, op);
    lab_locks_put_clause(o, "; ", g);
    if (op->kind == CHAN_LAB_RECV_ || op->kind == CHAN_LAB_SEND_) {
        lab_text_put(o, "; other end: ");
        lab_report_put_other_end(o, op->chan, op->kind == CHAN_LAB_SEND_);
    }
    for (long long i = 0; op->kind == CHAN_LAB_SELECT_ && i < op->n && i < 16; i++) {
        const struct chan_case *a = &op->cases[i];
        bool sends = a->kind_ == CHAN_SEND_;
        if (a->kind_ != CHAN_RECV_ && !sends) continue;
        lab_text_put(o, "%s %s %s (other end: ", i ? "," : ":", sends ? "send on" : "receive on",
                      a->spelled_ ? a->spelled_ : "a channel");
        lab_report_put_other_end(o, a->chan_, sends);
        lab_text_put(o, ")");
    }
    if (op->kind == CHAN_LAB_WAIT_) {
        const struct waitgroup *wg = op->wg;
        const struct chan_lab_copy_ *copy = NULL;
        for (int i = 0; i < chan_lab_.n_copies; i++)
            if (chan_lab_.copies[i].of == wg) copy = &chan_lab_.copies[i];
        lab_text_put(o, ", counter %lld", wg->lab_.count);
        if (wg->lab_.added_at) lab_text_put(o, ", added at %s", wg->lab_.added_at);
        if (wg->lab_.self && wg->lab_.self != wg) lab_text_put(o, "; this is a copied WaitGroup");
        else if (copy)
            lab_text_put(o, "; copied WaitGroup: goroutine %d (%s) at %s used a copy",
                         copy->number, copy->name, copy->at);
        else {
            lab_text_put(o, "; done by: ");
            lab_report_put_users(o, &wg->lab_.done);
        }
    }
    lab_text_put(o, "\n");
}
/* Called with the lock, which no other thread will need again. */
static inline void lab_report_stuck(void) {
    static struct lab_text o = { .to = 2 };
    int n = 0;
    signal(SIGPIPE, SIG_IGN);
    if (ftrylockfile(stdout) == 0) fflush(stdout);
    lab_text_put(&o, "all goroutines are asleep - deadlock!\n");
    lab_state_each(g) if (++n <= 50) lab_report_put_goroutine(&o, g);
    if (n > 50) lab_text_put(&o, "... %d more\n", n - 50);
    lab_text_flush(&o);
    lab_record_write_all();
    _exit(3);
}
/* At a normal exit, after the program's own exit handlers: whether the goroutine is blocked without
 * a timeout. */
static inline bool lab_report_is_left(struct chan_lab_goroutine_ *g) {
    if (g == chan_lab_me_) return false;
    return chan_lab_.seeded ? g->state == CHAN_LAB_BLOCKED_ && g->deadline == CHAN_NEVER_
                            : g->parked && g->parked->state == CHAN_PARKED_ && !g->parked_timed;
}
/* With the lock: lists the goroutines that are blocked forever, and the channels that are not
 * freed. The caller flushes o without the lock: standard error may be a full pipe. */
static inline bool lab_report_leaks(struct lab_text *o) {
    bool found = false;
    lab_state_each(g) {
        if (!lab_report_is_left(g)) continue;
        lab_text_put(o, "leak: ");
        lab_report_put_goroutine(o, g);
        found = true;
    }
    struct chan_ *last = chan_lab_.channels;
    while (last && last->lab.next) last = last->lab.next;
    for (struct chan_ *c = last; c; c = c->lab.prev) { /* the first made comes first */
        const char *of = lab_state_spelled(c->lab.at);
        if (c->is_timer) lab_text_put(o, "leak: timer channel of %s ms", of);
        else lab_text_put(o, "leak: channel of %s, capacity %zu", of, c->cap);
        lab_text_put(o, ", made at %s, never freed\n", c->lab.at);
        found = true;
    }
    return found;
}

#endif
