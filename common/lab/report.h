/* report.h -- tells who waits for what: a deadlock, and leaks.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_REPORT_H
#define CHAN_LAB_REPORT_H
#include "record.h"

static inline void chan_lab_put_what_(struct chan_lab_out_ *o, const struct chan_lab_op_ *op) {
    int kind = op->kind; const char *at = op->at;
    chan_lab_put_(o, "%s", chan_lab_verb_(kind));
    if (kind == CHAN_LAB_SELECT_) chan_lab_put_(o, " %lld", op->n);
    else if (at) chan_lab_put_(o, " %s", chan_lab_spelled_(at));
    if ((kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_) && !op->chan)
        chan_lab_put_(o, " (NULL)");
    if (at) chan_lab_put_(o, " at %s", at);
}
static inline void chan_lab_put_users_(struct chan_lab_out_ *o,
                                       const struct chan_lab_users_ *users) {
    int known = (int)(sizeof users->who / sizeof *users->who);
    for (int i = 0; i < users->n && i < known; i++) {
        struct chan_lab_goroutine_ *alive = NULL;
        chan_lab_each_(g) if (g->number == users->who[i].number) alive = g;
        chan_lab_put_(o, "%sgoroutine %d (%s), ", i ? "; " : "", users->who[i].number,
                      users->who[i].name);
        if (alive) chan_lab_put_what_(o, &alive->op); else chan_lab_put_(o, "ended");
    }
    if (users->n == 0) chan_lab_put_(o, "nobody ever");
    if (users->n > known) chan_lab_put_(o, "; and others");
}
static inline void chan_lab_put_other_end_(struct chan_lab_out_ *o, struct chan_ *c, bool sends) {
    if (!c) { chan_lab_put_(o, "nobody ever, it is NULL"); return; }
    if (c->is_timer) {
        chan_lab_put_(o, c->due < CHAN_NEVER_ ? "a timer" : "a timer that has fired");
        return;
    }
    chan_lab_put_users_(o, sends ? &c->lab.receivers : &c->lab.senders);
}
static inline void chan_lab_put_goroutine_(struct chan_lab_out_ *o, struct chan_lab_goroutine_ *g) {
    const struct chan_lab_op_ *op = &g->op;
    chan_lab_put_(o, "goroutine %d (%s)", g->number, g->name);
    if (g->at) chan_lab_put_(o, ", created by goroutine %d at %s", g->by, g->at);
    chan_lab_put_(o, ": ");
    chan_lab_put_what_(o, op);
    if (op->kind == CHAN_LAB_RECV_ || op->kind == CHAN_LAB_SEND_) {
        chan_lab_put_(o, "; other end: ");
        chan_lab_put_other_end_(o, op->chan, op->kind == CHAN_LAB_SEND_);
    }
    for (long long i = 0; op->kind == CHAN_LAB_SELECT_ && i < op->n && i < 16; i++) {
        const struct chan_case *a = &op->cases[i];
        bool sends = a->kind_ == CHAN_SEND_;
        if (a->kind_ != CHAN_RECV_ && !sends) continue;
        chan_lab_put_(o, "%s %s %s (other end: ", i ? "," : ":", sends ? "send on" : "receive on",
                      a->spelled_ ? a->spelled_ : "a channel");
        chan_lab_put_other_end_(o, a->chan_, sends);
        chan_lab_put_(o, ")");
    }
    if (op->kind == CHAN_LAB_WAIT_) {
        const struct waitgroup *wg = op->wg;
        const struct chan_lab_copy_ *copy = NULL;
        for (int i = 0; i < chan_lab_.n_copies; i++)
            if (chan_lab_.copies[i].of == wg) copy = &chan_lab_.copies[i];
        chan_lab_put_(o, ", counter %lld", wg->lab_.count);
        if (wg->lab_.added_at) chan_lab_put_(o, ", added at %s", wg->lab_.added_at);
        if (wg->lab_.self && wg->lab_.self != wg) chan_lab_put_(o, "; this is a copied WaitGroup");
        else if (copy)
            chan_lab_put_(o, "; copied WaitGroup: goroutine %d (%s) at %s used a copy",
                          copy->number, copy->name, copy->at);
        else chan_lab_put_(o, "; done by: "), chan_lab_put_users_(o, &wg->lab_.done);
    }
    chan_lab_put_(o, "\n");
}
/* Called with the lock; nobody is left to need it. */
static inline void chan_lab_deadlock_(void) {
    static struct chan_lab_out_ o = { .to = 2 };
    int n = 0;
    signal(SIGPIPE, SIG_IGN);
    if (ftrylockfile(stdout) == 0) fflush(stdout);
    chan_lab_put_(&o, "all goroutines are asleep - deadlock!\n");
    chan_lab_each_(g) if (++n <= 50) chan_lab_put_goroutine_(&o, g);
    if (n > 50) chan_lab_put_(&o, "... %d more\n", n - 50);
    chan_lab_flush_(&o);
    chan_lab_writes_all_();
    _exit(3);
}
/* At a normal end, after all that the program itself wants to do then: who is blocked, with no
 * time to end it, and which channels are still there. */
static inline bool chan_lab_is_left_(struct chan_lab_goroutine_ *g) {
    if (g == chan_lab_me_) return false;
    return chan_lab_.seeded ? g->state == CHAN_LAB_BLOCKED_ && g->deadline == CHAN_NEVER_
                            : g->parked && g->parked->state == CHAN_PARKED_ && !g->parked_timed;
}
/* With the lock: who is blocked for ever, and which channels are still there. */
static inline bool lab_report_leaks(void) {
    static struct chan_lab_out_ o = { .to = 2 };
    bool found = false;
    chan_lab_each_(g) {
        if (!chan_lab_is_left_(g)) continue;
        chan_lab_put_(&o, "leak: "), chan_lab_put_goroutine_(&o, g);
        found = true;
    }
    struct chan_ *last = chan_lab_.channels;
    while (last && last->lab.next) last = last->lab.next;
    for (struct chan_ *c = last; c; c = c->lab.prev) { /* the first made comes first */
        const char *of = chan_lab_spelled_(c->lab.at);
        if (c->is_timer) chan_lab_put_(&o, "leak: timer channel of %s ms", of);
        else chan_lab_put_(&o, "leak: channel of %s, capacity %zu", of, c->cap);
        chan_lab_put_(&o, ", made at %s, never freed\n", c->lab.at);
        found = true;
    }
    chan_lab_flush_(&o);
    return found;
}

#endif
