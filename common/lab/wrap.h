/* wrap.h -- stands around what chan.h does: goroutines begin and end, operations too.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_WRAP_H
#define CHAN_LAB_WRAP_H
#include "free.h"
#include "replay.h"

/* A goroutine is created, by its creator, and starts and ends, in its thread. */
LAB_CALL_ struct chan_lab_goroutine_ *chan_lab_creates_(const char *at) {
    chan_lab_enter_();
    chan_lab_comes_back_(chan_lab_me_);
    chan_lab_is_watched_();
    chan_lab_leave_();
    return chan_lab_adds_(chan_lab_spelled_(at), at);
}
LAB_CALL_ void chan_lab_starts_(struct chan_lab_goroutine_ *g) {
    chan_lab_me_ = g;
    chan_lab_enter_();
    g->thread = pthread_self(), g->tid = (pid_t)syscall(SYS_gettid);
    chan_lab_comes_back_(g);
    chan_lab_progress_();
    chan_lab_leave_();
    chan_lab_event_(CHAN_LAB_START_, g->by);
    chan_lab_does_(g, CHAN_LAB_NONE_, NULL, 0, NULL);
}
LAB_CALL_ void chan_lab_ends_(void) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    chan_lab_event_(CHAN_LAB_END_, 0);
    chan_lab_enter_();
    chan_lab_leaves_list_(me);
    chan_lab_progress_();
    chan_lab_me_ = NULL;
    lab_replay_end(me);
    if (chan_lab_.tracing) me->next = chan_lab_.ended, chan_lab_.ended = me;
    else free(me);
    chan_lab_leave_();
}
/* In place of chan_wake_(). The lock holds up who sees that he is woken: he falls asleep again, or
 * ends, only after he has been counted as awake. To the kernel the address is only a name; p may be
 * gone. */
LAB_CALL_ int chan_lab_wakes_(struct chan_parker_ *p) {
    p->lab.by = chan_lab_me_ ? chan_lab_me_->number : 0;
    chan_lab_enter_();
    struct chan_lab_goroutine_ *g = p->lab.who;
    int was = atomic_exchange(&p->state, CHAN_WOKEN_);
    if (was == CHAN_PARKED_) chan_lab_.awake++;
    lab_replay_wake(g);
    chan_lab_leave_();
    if (was == CHAN_PARKED_) syscall(SYS_futex, &p->state, 129, 1, NULL, NULL, 0);
    return was;
}
/* With the channel's lock: which value is the how-manieth. */
LAB_CALL_ void chan_lab_sends_(struct chan_ *c, struct chan_waiter_ *receiver) {
    chan_lab_me_->nth = ++c->lab.sent, chan_lab_me_->len = c->len;
    if (receiver) receiver->parker->lab.nth = ++c->lab.received;
    chan_lab_progress_();
}
LAB_CALL_ void chan_lab_receives_(struct chan_ *c, struct chan_waiter_ *sender) {
    chan_lab_me_->nth = ++c->lab.received, chan_lab_me_->len = c->len;
    if (sender) sender->parker->lab.nth = ++c->lab.sent;
    chan_lab_progress_();
}
static inline void *chan_lab_thread_main_(void *thread) {
    struct chan_lab_thread_ *t = thread;
    chan_lab_enter_();
    t->tid = (pid_t)syscall(SYS_gettid);
    chan_lab_leave_();
    pthread_setspecific(chan_lab_.at_end, t);
    if (t->g) chan_lab_starts_(t->g);
    return t->f(t->arg);
}
static inline void chan_lab_thread_ends_(void *thread) { /* however it ends */
    struct chan_lab_thread_ *t = thread;
    chan_lab_enter_();
    if (chan_lab_me_) chan_lab_joined_(chan_lab_me_->joins); /* it was cancelled */
    chan_lab_leave_();
    if (chan_lab_me_) chan_lab_ends_();
    chan_lab_enter_();
    chan_lab_joined_(t);
    chan_lab_unlists_(t);
    /* While it is still in the list of the process, it is no stranger. */
    struct chan_lab_thread_ ending = { .tid = t->tid };
    chan_lab_lists_(&ending);
    chan_lab_.awake--;
    if (chan_lab_looks_around_(NULL, 0)) chan_lab_deadlock_();
    chan_lab_unlists_(&ending);
    chan_lab_leave_();
    free(t);
}
/* A thread that nobody has created before our eyes: main's, and who uses a channel. */
static inline struct chan_lab_goroutine_ *chan_lab_adopts_(const char *name) {
    struct chan_lab_thread_ *t = chan_lab_alloc_(sizeof *t);
    *t = (struct chan_lab_thread_){ .tid = (pid_t)syscall(SYS_gettid), .id = pthread_self() };
    chan_lab_enter_();
    chan_lab_lists_(t), chan_lab_.awake++;
    chan_lab_leave_();
    pthread_setspecific(chan_lab_.at_end, t);
    struct chan_lab_goroutine_ *g = chan_lab_adds_(name, NULL);
    chan_lab_enter_();
    if (g->number == 1) chan_lab_.running = g;
    else chan_lab_is_watched_(); /* the holder of the turn may wait for us, outside */
    chan_lab_leave_();
    chan_lab_starts_(g);
    return g;
}
/* After fork() there is one thread. It leaves the files to its parent. */
static inline void chan_lab_in_child_(void) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    struct chan_lab_thread_ *t = pthread_getspecific(chan_lab_.at_end);
    chan_lab_.pid = getpid();
    chan_lab_.tracing = chan_lab_.leaks = chan_lab_.watched = false, chan_lab_log_.to = -1;
    chan_lab_.live = chan_lab_.last = chan_lab_.running = me;
    if (me) me->prev = me->next = NULL, me->joins = NULL, me->state = CHAN_LAB_READY_;
    chan_lab_.outside = chan_lab_.timed = 0, chan_lab_.awake = 1;
    chan_lab_.threads = NULL;
    if (t) chan_lab_lists_(t), t->joiner = NULL, t->tid = (pid_t)syscall(SYS_gettid);
    chan_lab_leave_();
}
/* After _Fork(), which calls no handler: another thread may have held the lock for ever. */
static inline void chan_lab_looks_for_parent_(void) {
    if (chan_lab_.pid == getpid()) return;
    memcpy(&chan_lab_.lock, &(pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER, sizeof chan_lab_.lock);
    chan_lab_enter_();
    chan_lab_in_child_();
}
static inline struct chan_lab_goroutine_ *chan_lab_this_(void) {
    chan_lab_looks_for_parent_();
    return chan_lab_me_ ? chan_lab_me_ : chan_lab_adopts_("a thread");
}
LAB_CALL_ void chan_lab_counts_(struct waitgroup *wg, long long n, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    struct chan_lab_wg_ *lab = &wg->lab_;
    lab->count = wg->count_;
    if (wg->count_ == n || !lab->self) lab->self = wg; /* counts from zero: a new life */
    if (n > 0) lab->added_at = at; else chan_lab_uses_(&lab->done);
    chan_lab_enter_();
    if (lab->self != wg && chan_lab_.n_copies < 8)
        chan_lab_.copies[chan_lab_.n_copies++] =
            (struct chan_lab_copy_){ lab->self, at, me->number, me->name };
    chan_lab_leave_();
    struct chan_lab_event_ *e = chan_lab_reserves_(me);
    if (!e) return;
    e->by = (int)n, e->at = at, e->spelled = chan_lab_spelled_(at);
    atomic_store_explicit(&e->kind, CHAN_LAB_ADD_, memory_order_release);
}
/* The operations themselves: what begins, and what came of it. */
static inline struct chan_lab_goroutine_ *chan_lab_begins_(int kind, struct chan_ *c,
                                                           const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_this_();
    chan_lab_does_(me, kind, c, 0, at);
    me->nth = 0, me->len = CHAN_LAB_UNKNOWN_;
    if (c && kind == CHAN_LAB_SEND_) chan_lab_uses_(&c->lab.senders);
    if (c && kind == CHAN_LAB_RECV_) chan_lab_uses_(&c->lab.receivers);
    chan_lab_point_(me, kind == CHAN_LAB_LOOK_ ? 100 : kind == CHAN_LAB_UNLOCK_, false);
    return me;
}
static inline void chan_lab_done_(struct chan_lab_goroutine_ *me) {
    chan_lab_does_(me, CHAN_LAB_NONE_, NULL, 0, NULL);
    me->waits_for = NULL;
}
static inline void chan_lab_ended_(struct chan_lab_goroutine_ *me, struct chan_lab_event_ *e,
                                   enum chan_lab_kind_of_op_ kind) {
    lab_record_end(me, e, kind);
    chan_lab_done_(me);
}
/* Every channel begins with the same address. So two wrong ways to read a goroutine's arg can be
 * told: what `*(chan(T) *)arg` reads, if arg is a channel, is that address; and what does not begin
 * with it is no channel, as the copy of a struct that arg points to. */
#define chan_lab_mark_ ((const void *)&chan_lab_)
static inline void chan_lab_is_channel_(struct chan_ *c, const char *spelled, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    if (!c) return;
    if (c == chan_lab_mark_)
        chan_panic_("%s is the inside of a channel: arg itself is the channel, so write "
                    "`chan(T) c = arg`, not `*(chan(T) *)arg` (%s)\n", spelled, at);
    if (me && c == me->copy)
        chan_panic_("%s is no channel: arg points to a copy of the value that go() at %s passed, "
                    "so write `const struct T *t = arg`, then use `t->c` (%s)\n",
                    spelled, me->at, at);
    if ((size_t)c % _Alignof(struct chan_) || (size_t)c < 65536 || c->mark != chan_lab_mark_)
        chan_panic_("%s is no channel, or one that was freed (%s)\n", spelled, at);
}
#define chan_lab_checks_(c, at) chan_lab_is_channel_(c, chan_lab_spelled_(at), at)
LAB_CALL_ void chan_lab_send_(struct chan_ *c, void *value, size_t size, const char *at) {
    chan_lab_checks_(c, at);
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_SEND_, c, at);
    struct chan_lab_event_ *e = chan_lab_reserves_(me);
    chan_lab_of_chan_(e, c);
    if (e) chan_lab_value_(e, value, size);
    chan_send_(c, value, size, at);
    chan_lab_ended_(me, e, CHAN_LAB_SEND_);
}
LAB_CALL_ bool chan_lab_recv_(struct chan_ *c, void *into, size_t size, const char *at) {
    chan_lab_checks_(c, at);
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_RECV_, c, at);
    struct chan_lab_event_ *e = chan_lab_reserves_(me);
    chan_lab_of_chan_(e, c);
    bool ok = chan_recv_(c, into, size, at);
    if (e && (e->closed = !ok, ok && into)) chan_lab_value_(e, into, size);
    else if (e) e->value_kind = 0;
    chan_lab_ended_(me, e, CHAN_LAB_RECV_);
    return ok;
}
LAB_CALL_ void chan_lab_close_(void *c, const char *at) {
    chan_lab_checks_(c, at);
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_CLOSE_, c, at);
    struct chan_lab_event_ *e = chan_lab_reserves_(me);
    chan_lab_of_chan_(e, c);
    chan_close_(c, at);
    chan_lab_progress_();
    chan_lab_ended_(me, e, CHAN_LAB_CLOSE_);
}
static inline struct chan_ *chan_lab_registers_(struct chan_ *c, char kind, const char *at) {
    chan_lab_enter_();
    c->mark = chan_lab_mark_;
    c->lab.number = ++chan_lab_.channels_made, c->lab.at = at, c->lab.kind = kind;
    if ((c->lab.next = chan_lab_.channels)) c->lab.next->lab.prev = c;
    chan_lab_.channels = c;
    chan_lab_leave_();
    return c;
}
LAB_CALL_ struct chan_ *chan_lab_make_(size_t size, chan_integer_ cap, char kind,
                                           const char *at) {
    return chan_lab_registers_(chan_make_(size, cap, at), kind, at);
}
LAB_CALL_ struct chan_ *chan_lab_timer_(long long ms, bool again, const char *at) {
    chan_lab_this_();
    return chan_lab_registers_(chan_timer_(ms, again, at), 0, at);
}
LAB_CALL_ void chan_lab_free_(void *chan, const char *at) {
    struct chan_ *c = chan;
    bool in_use = false; /* Then chan_free_() panics, and the channel stays one. */
    chan_lab_checks_(c, at);
    if (c) {
        chan_enter_(c);
        in_use = c->senders.first || c->receivers.first;
        chan_leave_(c);
    }
    chan_lab_begins_(CHAN_LAB_NONE_, c, at);
    chan_lab_enter_();
    if (c) *(c->lab.prev ? &c->lab.prev->lab.next : &chan_lab_.channels) = c->lab.next;
    if (c && c->lab.next) c->lab.next->lab.prev = c->lab.prev;
    if (c && !in_use) c->mark = NULL;
    chan_lab_leave_();
    chan_free_(c, at);
    chan_lab_done_(chan_lab_me_);
}
LAB_CALL_ size_t chan_lab_cap_(struct chan_ *c, const char *at) {
    chan_lab_checks_(c, at);
    return chan_cap_(c);
}
LAB_CALL_ size_t chan_lab_len_(struct chan_ *c, const char *at) {
    chan_lab_checks_(c, at);
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_LOOK_, c, at);
    size_t len = chan_len_(c);
    chan_lab_done_(me);
    return len;
}
/* Whether the select's draw matters: if several cases are ready, or if it waits and two cases are
 * on one channel. */
static inline bool chan_lab_draw_matters_(const struct chan_case *cases, long long n) {
    int ready = 0; bool twice = false;
    for (const struct chan_case *a = cases; a < cases + n; a++) {
        struct chan_ *c = a->chan_;
        if (!c || a->kind_ >= CHAN_TIMEOUT_) continue;
        ready += c->is_timer ? c->due <= chan_now_()
                 : c->closed ? 1
                 : a->kind_ == CHAN_SEND_ ? c->receivers.first || c->len < c->cap
                                          : c->senders.first || c->len > 0;
        for (const struct chan_case *b = cases; b < a; b++) twice = twice || b->chan_ == c;
    }
    return ready > 1 || (ready == 0 && twice);
}
LAB_CALL_ int chan_lab_select_(const struct chan_case *cases, long long n, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_this_();
    chan_lab_does_(me, CHAN_LAB_SELECT_, NULL, n, at);
    me->op.cases = cases;
    me->nth = 0, me->len = CHAN_LAB_UNKNOWN_;
    for (const struct chan_case *a = cases; a < cases + n; a++)
        chan_lab_is_channel_(a->chan_, a->spelled_ ? a->spelled_ : "a case", at);
    for (const struct chan_case *a = cases; a < cases + n; a++)
        if (a->chan_ && a->kind_ <= CHAN_SEND_)
            chan_lab_uses_(a->kind_ == CHAN_SEND_ ? &a->chan_->lab.senders
                                                  : &a->chan_->lab.receivers);
    chan_lab_point_(me, 0, false);
    if (chan_lab_.seeded) me->draws = chan_lab_draw_matters_(cases, n);
    struct chan_lab_event_ *e = chan_lab_reserves_(me);
    int i = chan_select_(cases, n, at);
    const struct chan_case *a = &cases[i];
    if (a->kind_ >= CHAN_TIMEOUT_ && a->ns_ <= 0) lab_replay_look(me, 100);
    if (e) {
        e->which = i, e->of = (int)n, e->by = a->kind_;
        e->spelled = a->spelled_;
        if (a->kind_ < CHAN_TIMEOUT_) chan_lab_of_chan_(e, a->chan_);
        e->closed = e->chan && !me->nth && !a->chan_->is_timer;
        if (e->chan && me->nth && a->value_) chan_lab_value_(e, a->value_, a->chan_->size);
        else e->value_kind = 0;
    }
    chan_lab_ended_(me, e, CHAN_LAB_SELECT_);
    return i;
}
LAB_CALL_ void chan_lab_wg_add_(struct waitgroup *wg, long long n, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_ADD_, NULL, at);
    wg_add_(wg, n, at);
    chan_lab_progress_();
    chan_lab_done_(me);
}
LAB_CALL_ void chan_lab_wg_wait_(struct waitgroup *wg, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_WAIT_, NULL, at);
    struct chan_lab_event_ *e = chan_lab_reserves_(me);
    me->op.wg = wg;
    wg_wait(wg);
    chan_lab_ended_(me, e, CHAN_LAB_WAIT_);
}
LAB_CALL_ void chan_lab_go_(struct waitgroup *wg, void (*f)(void *), const void *value,
                                size_t size, bool is_pointer, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_this_();
    chan_lab_does_(me, CHAN_LAB_GO_, NULL, 0, at);
    chan_go_(wg, f, value, size, is_pointer, at);
    chan_lab_point_(me, 0, false);
    chan_lab_done_(me);
}

#endif
