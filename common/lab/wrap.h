/* wrap.h -- stands around what chan.h does: around goroutines and operations.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_WRAP_H
#define CHAN_LAB_WRAP_H
#include "crash.h"
#include "free.h"
#include "replay.h"

/* A goroutine is created, by its creator, and starts and ends, in its thread. */
LAB_CALL_ struct chan_lab_goroutine_ *lab_wrap_create(const char *at) {
    lab_state_enter();
    lab_replay_come_back(chan_lab_me_);
    lab_replay_start_watcher();
    lab_state_leave();
    return lab_state_add_goroutine(lab_state_spelled(at), at);
}
LAB_CALL_ void lab_wrap_start(struct chan_lab_goroutine_ *g) {
    chan_lab_me_ = g;
    lab_state_enter();
    g->thread = pthread_self();
    g->tid = (pid_t)syscall(SYS_gettid);
    lab_replay_come_back(g);
    lab_replay_progress();
    lab_state_leave();
    lab_record_event(CHAN_LAB_START_, g->by);
    lab_state_set_op(g, CHAN_LAB_NONE_, NULL, 0, NULL);
    lab_record_leaves(g);
}
LAB_CALL_ void lab_wrap_end_goroutine(void) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    lab_record_enters(me);
    lab_record_event(CHAN_LAB_END_, 0);
    lab_state_enter();
    lab_state_remove_goroutine(me);
    lab_locks_leave(me);
    lab_replay_progress();
    chan_lab_me_ = NULL;
    bool keeps = lab_record_keep(me);
    lab_replay_end(me); /* may report that all are stuck, and write the trace */
    if (!keeps) free(me);
    lab_state_leave();
}
/* The lock keeps the woken thread from falling asleep again, or ending, before it has been counted
 * as awake. After unlocking p may be freed. */
static inline void lab_wrap_wake(struct chan_parker_ *p) {
    p->lab.by = chan_lab_me_ ? chan_lab_me_->number : 0;
    lab_state_enter();
    struct chan_lab_goroutine_ *g = p->lab.who;
    int was = atomic_exchange(&p->state, CHAN_WOKEN_);
    if (was == CHAN_PARKED_) chan_lab_.awake++;
    lab_replay_wake(g);
    lab_state_leave();
    if (was == CHAN_PARKED_) chan_ends_sleep_(p);
}
/* What the laboratory brings of an engine, beside chan_now_(). */
LAB_CALL_ bool chan_park_(struct chan_parker_ *p, long long deadline) {
    return chan_lab_replays_() ? lab_replay_park(p, deadline) : lab_free_park(p, deadline);
}
LAB_CALL_ void chan_wake_(struct chan_parker_ *p) {
    for (struct chan_parker_ *next; p; p = next) {
        next = p->next;
        lab_wrap_wake(p);
    }
}
LAB_CALL_ void chan_start_(struct chan_goroutine_ g) {
    if (lab_fibers_are_wanted()) lab_fibers_start(g);
    else chan_start_thread_(g);
}
/* With the channel's lock: counts the values, so that each has a number. */
static inline void lab_wrap_filled(struct chan_ *c, const struct chan_lab_goroutine_ *sender) {
    size_t room = sizeof c->lab.filled / sizeof *c->lab.filled;
    if (sender)
        c->lab.filled[c->lab.sent % room] =
            (struct chan_lab_user_){ sender->number, sender->name };
}
LAB_CALL_ void lab_wrap_sent(struct chan_ *c, struct chan_waiter_ *receiver) {
    chan_lab_me_->nth = ++c->lab.sent;
    if (!receiver) lab_wrap_filled(c, chan_lab_me_);
    chan_lab_me_->len = c->len;
    if (receiver) receiver->parker->lab.nth = ++c->lab.received;
    lab_replay_progress();
}
LAB_CALL_ void lab_wrap_received(struct chan_ *c, struct chan_waiter_ *sender) {
    chan_lab_me_->nth = ++c->lab.received;
    chan_lab_me_->len = c->len;
    if (sender) {
        sender->parker->lab.nth = ++c->lab.sent;
        lab_wrap_filled(c, sender->parker->lab.owner);
    }
    lab_replay_progress();
}
/* With the channel's lock: it is closed now. Only the first close counts. */
LAB_CALL_ void lab_wrap_closed(struct chan_ *c) {
    const struct chan_lab_goroutine_ *me = chan_lab_me_;
    if (!me || c->lab.closer.at) return;
    c->lab.closer = (struct chan_lab_closer_){ { me->number, me->name }, me->op.at };
}
/* With the channel's lock: when the waiter's goroutine goes on, the channel may be freed. */
LAB_CALL_ void lab_wrap_woken_by_close(struct chan_waiter_ *w) {
    const struct chan_lab_goroutine_ *me = chan_lab_me_;
    struct chan_lab_goroutine_ *owner = w->parker->lab.owner;
    if (!me || !owner) return;
    owner->closed_by = (struct chan_lab_closer_){ { me->number, me->name }, me->op.at };
}
static inline void *lab_wrap_thread_main(void *thread) {
    struct chan_lab_thread_ *t = thread;
    lab_state_enter();
    t->tid = (pid_t)syscall(SYS_gettid);
    lab_state_leave();
    pthread_setspecific(chan_lab_.at_end, t);
    lab_crash_set_stack(t);
    if (t->g) lab_wrap_start(t->g);
    return t->f(t->arg);
}
/* However it ends. The first two rounds of destructors belong to the program's own thread-specific
 * data: such a destructor may wake another goroutine. A sanitizer ends in the last, the fourth. */
enum { LAB_WRAP_ROUNDS = 2 };
/* When a thread is cancelled, its functions do not return. Then AddressSanitizer forbids the memory
 * of their variables, unless it is told: that below this function's own, on the stack. */
extern void __asan_unpoison_memory_region(const volatile void *, size_t) __attribute__((weak));
static inline void lab_wrap_tell_sanitizer(void) {
    enum { LAB_WRAP_FRAMES = 8192 };
    const char *own = __builtin_frame_address(0);
    if (__asan_unpoison_memory_region)
        __asan_unpoison_memory_region(own - LAB_WRAP_FRAMES, LAB_WRAP_FRAMES);
}
static inline void lab_wrap_thread_end(void *thread) {
    struct chan_lab_thread_ *t = thread;
    lab_wrap_tell_sanitizer();
    lab_state_enter();
    if (chan_lab_me_) lab_free_joined(chan_lab_me_->joins); /* it was cancelled */
    lab_state_leave();
    if (chan_lab_me_ && chan_lab_me_->asleep) lab_free_has_waited(chan_lab_me_);
    if (t->rounds++ < LAB_WRAP_ROUNDS && pthread_setspecific(chan_lab_.at_end, t) == 0) return;
    if (chan_lab_me_) lab_wrap_end_goroutine();
    lab_state_enter();
    lab_free_joined(t);
    lab_threads_remove(t);
    /* It is no stranger while it is still in the process's list of threads. */
    struct chan_lab_thread_ ending = { .tid = t->tid };
    lab_threads_add(&ending);
    chan_lab_.awake--;
    if (lab_free_is_stuck(NULL, 0)) lab_report_stuck();
    lab_threads_remove(&ending);
    if (!chan_lab_.live && chan_lab_.watched) lab_free_wake_watcher();
    lab_state_leave();
    lab_crash_free_stack(t);
    free(t);
}
/* A goroutine's thread that still runs destructors is counted already. */
static inline void lab_wrap_count_thread(void) {
    if (pthread_getspecific(chan_lab_.at_end)) return;
    struct chan_lab_thread_ *t = lab_state_alloc(sizeof *t);
    *t = (struct chan_lab_thread_){ .tid = (pid_t)syscall(SYS_gettid), .id = pthread_self() };
    pthread_setspecific(chan_lab_.at_end, t);
    lab_state_enter();
    lab_threads_add(t);
    chan_lab_.awake++;
    lab_state_leave();
}
/* A thread whose creation the laboratory has not seen: main's, and any that uses a channel. */
static inline struct chan_lab_goroutine_ *lab_wrap_adopt(const char *name) {
    /* The goroutine first: a counted thread without a goroutine would pass for asleep. */
    struct chan_lab_goroutine_ *g = lab_state_add_goroutine(name, NULL);
    lab_wrap_count_thread();
    if (g->number == 1) lab_crash_set_stack(pthread_getspecific(chan_lab_.at_end));
    lab_state_enter();
    if (g->number == 1) chan_lab_.running = g;
    else lab_replay_start_watcher(); /* the turn's holder may wait for it, outside */
    lab_state_leave();
    lab_wrap_start(g);
    return g;
}
/* After fork() there is one thread. It leaves the files to its parent. */
static inline void lab_wrap_in_child(void) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    struct chan_lab_thread_ *t = pthread_getspecific(chan_lab_.at_end);
    chan_lab_.pid = getpid();
    chan_lab_.tracing = chan_lab_.leaks = chan_lab_.mentions = chan_lab_.watched = false;
    lab_record_choices_.to = -1;
    chan_lab_.live = chan_lab_.last = chan_lab_.running = me;
    if (me) {
        me->prev = me->next = NULL;
        me->joins = NULL;
        me->state = CHAN_LAB_READY_;
        me->tid = (pid_t)syscall(SYS_gettid);
    }
    chan_lab_.outside = chan_lab_.timed = chan_lab_.in_locks = 0;
    chan_lab_.rests = 0;
    chan_lab_.awake = 1;
    chan_lab_.threads = NULL;
    if (t) {
        lab_threads_add(t);
        t->joiner = NULL;
        t->tid = (pid_t)syscall(SYS_gettid);
    }
    lab_state_leave();
}
/* After _Fork(), which calls no handler: in the child, the lock may never be released. */
static inline void lab_wrap_look_for_parent(void) {
    if (chan_lab_.pid == getpid()) return;
    memcpy(&chan_lab_.lock, &(pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER, sizeof chan_lab_.lock);
    lab_state_enter();
    lab_wrap_in_child();
}
static inline struct chan_lab_goroutine_ *lab_wrap_this(void) {
    lab_wrap_look_for_parent();
    return chan_lab_me_ ? chan_lab_me_ : lab_wrap_adopt("a thread");
}
LAB_CALL_ void lab_wrap_counted(struct waitgroup *wg, long long n, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    struct chan_lab_wg_ *lab = &wg->lab_;
    lab->count = wg->count_;
    if (wg->count_ == n || !lab->self) lab->self = wg; /* counts from zero: a new life */
    if (n > 0) lab->added_at = at; else lab_state_add_user(&lab->done);
    if (n < 0 && me->group == wg && me->at == at) me->group = NULL; /* at its end, by wg_go() */
    lab_state_enter();
    if (lab->self != wg && chan_lab_.n_copies < 8)
        chan_lab_.copies[chan_lab_.n_copies++] =
            (struct chan_lab_copy_){ lab->self, at, me->number, me->name };
    lab_state_leave();
    struct chan_lab_event_ *e = lab_record_reserve(me);
    if (!e) return;
    e->by = (int)n;
    e->at = at;
    e->spelled = lab_state_spelled(at);
    atomic_store_explicit(&e->kind, CHAN_LAB_ADD_, memory_order_release);
}
/* With the lock: the name as it stays until the program ends, because reports name goroutines that
 * have ended. */
static inline const char *lab_wrap_keep_name(const char *name) {
    for (struct chan_lab_name_ *n = chan_lab_.names; n; n = n->next)
        if (!strcmp(n->text, name)) return n->text;
    struct chan_lab_name_ *n = lab_state_alloc(sizeof *n + strlen(name) + 1);
    memcpy(n->text, name, strlen(name) + 1);
    n->next = chan_lab_.names;
    chan_lab_.names = n;
    return n->text;
}
LAB_CALL_ void lab_wrap_name(const char *format, ...) {
    struct chan_lab_goroutine_ *me = lab_wrap_this();
    char name[64];
    va_list args;
    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    lab_state_enter();
    me->name = lab_wrap_keep_name(name);
    lab_state_leave();
}
/* The operations themselves: what begins, and what came of it. */
static inline struct chan_lab_goroutine_ *lab_wrap_begin(int kind, struct chan_ *c,
                                                         const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_this();
    lab_record_enters(me);
    lab_state_set_op(me, kind, c, 0, at);
    me->nth = 0;
    me->len = CHAN_LAB_UNKNOWN_;
    if (c && kind == CHAN_LAB_SEND_) lab_state_add_user(&c->lab.senders);
    if (c && kind == CHAN_LAB_RECV_) lab_state_add_user(&c->lab.receivers);
    bool looks = kind == CHAN_LAB_LOOK_ || kind == CHAN_LAB_SIGNAL_;
    lab_replay_point(me, looks ? 100 : kind == CHAN_LAB_UNLOCK_, false);
    return me;
}
static inline void lab_wrap_done(struct chan_lab_goroutine_ *me) {
    int kind = me->op.kind;
    bool shown = kind == CHAN_LAB_COND_ || kind == CHAN_LAB_ONCE_ || kind == CHAN_LAB_JOIN_
                 || kind == CHAN_LAB_FREE_ || kind == CHAN_LAB_GO_ || kind == CHAN_LAB_CREATE_
                 || kind == CHAN_LAB_SIGNAL_ || kind == CHAN_LAB_SEM_
                 || kind == CHAN_LAB_BARRIER_;
    if (shown) lab_record_moment(kind, me->op.at);
    me->last_kind = me->op.kind;
    me->last_at = me->op.at;
    lab_state_set_op(me, CHAN_LAB_NONE_, NULL, 0, NULL);
    lab_record_leaves(me);
    me->waits_for = NULL;
    if (!chan_lab_.seeded) return; /* otherwise these belong to lab_free_has_waited() */
    me->wants = me->mutex = NULL;
    me->wants_mutex = false;
}
static inline void lab_wrap_end(struct chan_lab_goroutine_ *me, struct chan_lab_event_ *e,
                                enum chan_lab_kind_of_op_ kind) {
    lab_record_end(me, e, kind);
    lab_wrap_done(me);
}
/* Every channel begins with the same address, which shows two wrong ways to read a goroutine's arg.
 * If arg is a channel, `*(chan(T) *)arg` reads that address. Memory that does not begin with it is
 * no channel, for example the copy of a struct that arg points to. */
#define lab_wrap_mark ((const void *)&chan_lab_)
static inline void lab_wrap_is_channel(struct chan_ *c, const char *spelled, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    if (!c) return;
    if (c == lab_wrap_mark)
        chan_panic_("%s is the inside of a channel: arg itself is the channel, so write "
                    "`chan(T) c = arg`, not `*(chan(T) *)arg` (%s)\n", spelled, at);
    if (me && c == me->copy)
        chan_panic_("%s is no channel: arg points to a copy of the value that go() at %s passed, "
                    "so write `const struct T *t = arg`, then use `t->c` (%s)\n",
                    spelled, me->at, at);
    if ((size_t)c % _Alignof(struct chan_) || (size_t)c < 65536 || c->mark != lab_wrap_mark)
        chan_panic_("%s is no channel, or one that was freed (%s)\n", spelled, at);
}
#define lab_wrap_check(c, at) lab_wrap_is_channel(c, lab_state_spelled(at), at)
LAB_CALL_ void lab_wrap_send(struct chan_ *c, void *value, size_t size, const char *at) {
    lab_wrap_check(c, at);
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_SEND_, c, at);
    struct chan_lab_event_ *e = lab_record_reserve(me);
    lab_record_channel(e, c);
    if (e) lab_record_value(e, value, size);
    chan_send_(c, value, size, at);
    lab_wrap_end(me, e, CHAN_LAB_SEND_);
}
LAB_CALL_ bool lab_wrap_recv(struct chan_ *c, void *into, size_t size, const char *at) {
    lab_wrap_check(c, at);
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_RECV_, c, at);
    struct chan_lab_event_ *e = lab_record_reserve(me);
    lab_record_channel(e, c);
    bool ok = chan_recv_(c, into, size, at);
    if (e && (e->closed = !ok, ok && into)) lab_record_value(e, into, size);
    else if (e) e->value_kind = 0;
    lab_wrap_end(me, e, CHAN_LAB_RECV_);
    return ok;
}
LAB_CALL_ void lab_wrap_close(void *c, const char *at) {
    lab_wrap_check(c, at);
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_CLOSE_, c, at);
    struct chan_lab_event_ *e = lab_record_reserve(me);
    lab_record_channel(e, c);
    chan_close_(c, at);
    lab_replay_progress();
    lab_wrap_end(me, e, CHAN_LAB_CLOSE_);
}
static inline struct chan_ *lab_wrap_register(struct chan_ *c, char kind, const char *at) {
    lab_state_enter();
    c->mark = lab_wrap_mark;
    c->lab.number = ++chan_lab_.channels_made;
    c->lab.at = at;
    c->lab.kind = kind;
    if ((c->lab.next = chan_lab_.channels)) c->lab.next->lab.prev = c;
    chan_lab_.channels = c;
    lab_state_leave();
    return c;
}
LAB_CALL_ struct chan_ *lab_wrap_make(size_t size, chan_integer_ cap, char kind,
                                      const char *at) {
    return lab_wrap_register(chan_make_(size, cap, at), kind, at);
}
LAB_CALL_ struct chan_ *lab_wrap_timer(long long ms, bool again, const char *at) {
    lab_wrap_this();
    return lab_wrap_register(chan_timer_(ms, again, at), 0, at);
}
LAB_CALL_ void lab_wrap_free(void *chan, const char *at) {
    struct chan_ *c = chan;
    bool in_use = false; /* Then chan_free_() panics, and the channel stays one. */
    lab_wrap_check(c, at);
    if (c) {
        chan_enter_(c);
        in_use = c->senders.first || c->receivers.first;
        chan_leave_(c);
    }
    lab_wrap_begin(CHAN_LAB_FREE_, c, at);
    lab_state_enter();
    if (c) *(c->lab.prev ? &c->lab.prev->lab.next : &chan_lab_.channels) = c->lab.next;
    if (c && c->lab.next) c->lab.next->lab.prev = c->lab.prev;
    if (c && !in_use) c->mark = NULL;
    lab_state_leave();
    chan_free_(c, at);
    lab_wrap_done(chan_lab_me_);
}
LAB_CALL_ size_t lab_wrap_cap(struct chan_ *c, const char *at) {
    lab_wrap_check(c, at);
    return chan_cap_(c);
}
LAB_CALL_ size_t lab_wrap_len(struct chan_ *c, const char *at) {
    lab_wrap_check(c, at);
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_LOOK_, c, at);
    size_t len = chan_len_(c);
    lab_wrap_done(me);
    return len;
}
/* Whether the select's draw matters: if several cases are ready, or if it waits and two cases are
 * on one channel. */
static inline bool lab_wrap_draw_matters(const struct chan_case *cases, long long n) {
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
/* The texts that a select may send, read before it sends one: the receiver may free it at once.
 * Returns NULL if there are none, or no memory for them. The caller frees them. */
static inline struct chan_lab_event_ *lab_wrap_texts(const struct chan_case *cases, long long n) {
    struct chan_lab_event_ *texts = NULL;
    for (long long i = 0; i < n; i++) {
        const struct chan_case *a = &cases[i];
        if (a->kind_ != CHAN_SEND_ || !a->chan_ || a->chan_->lab.kind != 's') continue;
        if (!texts) texts = calloc((size_t)n, sizeof *texts);
        if (!texts) return NULL;
        texts[i].value_kind = 's';
        lab_record_value(&texts[i], a->value_, a->chan_->size);
    }
    return texts;
}
static inline void lab_wrap_record_case(struct chan_lab_event_ *e, const struct chan_case *a,
                                        const struct chan_lab_event_ *text, bool moved) {
    e->spelled = a->spelled_;
    e->by = a->kind_;
    if (a->kind_ < CHAN_TIMEOUT_) lab_record_channel(e, a->chan_);
    e->closed = e->chan && !moved && !a->chan_->is_timer;
    if (!e->chan || !moved || !a->value_) {
        e->value_kind = 0;
    } else if (a->kind_ == CHAN_SEND_ && e->value_kind == 's') {
        e->value_kind = text ? text->value_kind : 0;
        if (text) memcpy(e->value, text->value, sizeof e->value);
    } else {
        lab_record_value(e, a->value_, a->chan_->size);
    }
}
LAB_CALL_ int lab_wrap_select(const struct chan_case *cases, long long n, const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_this();
    lab_record_enters(me);
    lab_state_set_op(me, CHAN_LAB_SELECT_, NULL, n, at);
    me->op.cases = cases;
    me->nth = 0;
    me->len = CHAN_LAB_UNKNOWN_;
    for (const struct chan_case *a = cases; a < cases + n; a++)
        lab_wrap_is_channel(a->chan_, a->spelled_ ? a->spelled_ : "a case", at);
    for (const struct chan_case *a = cases; a < cases + n; a++)
        if (a->chan_ && a->kind_ <= CHAN_SEND_)
            lab_state_add_user(a->kind_ == CHAN_SEND_ ? &a->chan_->lab.senders
                                                  : &a->chan_->lab.receivers);
    lab_replay_point(me, 0, false);
    if (chan_lab_.seeded) me->draws = lab_wrap_draw_matters(cases, n);
    struct chan_lab_event_ *e = lab_record_reserve(me);
    struct chan_lab_event_ *texts = e ? lab_wrap_texts(cases, n) : NULL;
    int i = chan_select_(cases, n, at);
    const struct chan_case *a = &cases[i];
    if (a->kind_ >= CHAN_TIMEOUT_ && a->ns_ <= 0) lab_replay_look(me, 100);
    if (e) {
        e->which = i;
        e->of = (int)n;
        lab_wrap_record_case(e, a, texts ? &texts[i] : NULL, me->nth > 0);
    }
    free(texts);
    lab_wrap_end(me, e, CHAN_LAB_SELECT_);
    return i;
}
/* Before an atomic operation. One in a signal handler that interrupts an operation is none of its
 * points: the goroutine is in the middle of something. */
LAB_CALL_ void lab_wrap_atomic(int looks, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    if (!chan_lab_replays_() || me->op.kind != CHAN_LAB_NONE_) return;
    lab_state_set_op(me, CHAN_LAB_ATOMIC_, NULL, 0, at);
    lab_replay_point(me, looks, false);
    lab_wrap_done(me);
}
LAB_CALL_ void lab_wrap_wg_add(struct waitgroup *wg, long long n, const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_ADD_, NULL, at);
    wg_add_(wg, n, at);
    lab_replay_progress();
    lab_wrap_done(me);
}
LAB_CALL_ void lab_wrap_wg_wait(struct waitgroup *wg, const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_WAIT_, NULL, at);
    struct chan_lab_event_ *e = lab_record_reserve(me);
    me->op.wg = wg;
    wg_wait(wg);
    lab_wrap_end(me, e, CHAN_LAB_WAIT_);
}
LAB_CALL_ void lab_wrap_go(struct waitgroup *wg, void (*f)(void *), const void *value,
                           size_t size, bool is_pointer, const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_this();
    lab_state_set_op(me, CHAN_LAB_GO_, NULL, 0, at);
    chan_go_(wg, f, value, size, is_pointer, at);
    lab_replay_point(me, 0, false);
    lab_wrap_done(me);
}
/* The same, in a file that was compiled with -DCHAN_FIBERS. */
LAB_CALL_ void lab_wrap_go_fiber(struct waitgroup *wg, void (*f)(void *), const void *value,
                                 size_t size, bool is_pointer, const char *at) {
    chan_lab_.fibers = true;
    lab_wrap_go(wg, f, value, size, is_pointer, at);
}

#endif
