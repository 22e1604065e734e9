/* report.h -- tells who waits for what.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_REPORT_H
#define CHAN_LAB_REPORT_H
/* ===== 3. Telling who waits for what ========================================================= */
static inline const char *chan_lab_verb_(int kind) {
    static const char *const verbs[] = {
        [CHAN_LAB_NONE_] = "awake", [CHAN_LAB_RECV_] = "receive on",
        [CHAN_LAB_SEND_] = "send on", [CHAN_LAB_CLOSE_] = "close",
        [CHAN_LAB_SELECT_] = "select of", [CHAN_LAB_WAIT_] = "wait group",
        [CHAN_LAB_ADD_] = "count", [CHAN_LAB_SLEEP_] = "sleep", [CHAN_LAB_START_] = "start of",
        [CHAN_LAB_END_] = "end", [CHAN_LAB_GO_] = "go", [CHAN_LAB_MUTEX_] = "mutex",
        [CHAN_LAB_RWLOCK_] = "rwlock", [CHAN_LAB_COND_] = "condition", [CHAN_LAB_ONCE_] = "once",
        [CHAN_LAB_JOIN_] = "join of", [CHAN_LAB_LOOK_] = "look at", [CHAN_LAB_UNLOCK_] = "look at",
        [CHAN_LAB_ABORT_] = "abort",
    };
    return verbs[kind];
}
static inline void chan_lab_put_what_(struct chan_lab_out_ *o, const struct chan_lab_op_ *op) {
    int kind = op->kind; const char *at = op->at;
    chan_lab_put_(o, "%s", chan_lab_verb_(kind));
    if (kind == CHAN_LAB_SELECT_) chan_lab_put_(o, " %lld", op->n);
    else if (at) chan_lab_put_(o, " %s", chan_lab_spelled_(at));
    if ((kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_) && !op->chan)
        chan_lab_put_(o, " (NULL)");
    if (at) chan_lab_put_(o, " at %s", at);
}
static inline void chan_lab_does_(struct chan_lab_goroutine_ *g, int kind, struct chan_ *c,
                                  long long n, const char *at) {
    atomic_store_explicit(&g->op.kind, kind, memory_order_relaxed);
    atomic_store_explicit(&g->op.at, at, memory_order_relaxed);
    atomic_store_explicit(&g->op.chan, c, memory_order_relaxed);
    atomic_store_explicit(&g->op.n, n, memory_order_relaxed);
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
static inline void chan_lab_writes_all_(void);
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

#endif
