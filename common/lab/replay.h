/* replay.h -- the machine under a seed: one goroutine at a time.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_REPLAY_H
#define CHAN_LAB_REPLAY_H
#include "choose.h"
#include "fibers.h"
#include "outside.h"

/* The goroutine that has the turn runs. Each of the others waits for its turn at its own futex. The
 * turn is passed on at each operation's start, and when its holder waits, sleeps or ends. If the
 * kernel holds up a goroutine, it loses the turn, and counts as outside until it calls one of our
 * functions. Without a seed the functions that wrap.h calls at any time do nothing. */
LAB_CALL_ size_t lab_replay_draw(size_t n) { /* for a select */
    if (!chan_lab_me_->draws) return n - 1;
    lab_state_enter();
    size_t i = lab_choose_pick(n);
    lab_state_leave();
    return n - 1 - i; /* the first choice leaves the cases as they are written */
}
static inline void lab_replay_set_ready(struct chan_lab_goroutine_ *g) {
    g->state = CHAN_LAB_READY_;
    g->deadline = CHAN_NEVER_;
}
/* While time passes, a goroutine is at work if it sleeps (a sleep stands for work) or if it can
 * run. It is not if it waits for another goroutine, a lock, a timer or the outside. */
static inline void lab_replay_count_work(void) {
    int n = 0;
    lab_state_each(g)
        n += g->state == CHAN_LAB_READY_
             || (g->state == CHAN_LAB_BLOCKED_ && g->op.kind == CHAN_LAB_SLEEP_);
    if (n > chan_lab_.most_at_work) chan_lab_.most_at_work = n;
}
/* Time goes on to `when`. Goroutines that slept until then are ready. */
static inline void lab_replay_set_clock(long long when) {
    if (when > chan_lab_.now) lab_replay_count_work();
    if (when / 1000000 > chan_lab_.now / 1000000)
        lab_text_put(&lab_record_choices_, "# %lld ms\n", when / 1000000);
    if (when > chan_lab_.now) chan_lab_.now = when;
    lab_state_each(g)
        if (g->state == CHAN_LAB_BLOCKED_ && g->deadline <= chan_lab_.now) lab_replay_set_ready(g);
    chan_lab_.idle = 0;
}
static inline long long lab_replay_next_deadline(void) {
    long long next = CHAN_NEVER_;
    lab_state_each(g) if (g->state == CHAN_LAB_BLOCKED_ && g->deadline < next) next = g->deadline;
    return next;
}
static inline bool lab_replay_retry_locks(void) { /* those that wait for a lock, once */
    bool any = false;
    lab_state_each(g)
        if (g->state == CHAN_LAB_BLOCKED_ && !chan_lab_.retried
            && (g->op.kind == CHAN_LAB_MUTEX_ || g->op.kind == CHAN_LAB_RWLOCK_
                || g->op.kind == CHAN_LAB_COND_ || g->op.kind == CHAN_LAB_SEM_
                || g->op.kind == CHAN_LAB_SPIN_)) {
            lab_replay_set_ready(g);
            any = true;
        }
    chan_lab_.retried = true;
    return any;
}
/* With the lock: the goroutines for which something has come from outside can go on. A look at
 * everything takes longer. It is for the case that no other goroutine can run. */
static inline bool lab_replay_let_in(bool idle) {
    bool any = false;
    if (chan_lab_.outsiders == 0) return false;
    lab_state_each(g)
        if (g->state == CHAN_LAB_BLOCKED_ && g->has_come && g->has_come(g, idle)) {
            lab_replay_set_ready(g);
            any = true;
        }
    return any;
}
/* A signal handler may come here, which must not allocate. So there is room for a few from the
 * start. */
static inline void lab_replay_make_room(struct lab_choose_candidates *can) {
    static struct chan_lab_goroutine_ *few[256];
    if (!can->who) {
        can->who = few;
        can->room = sizeof few / sizeof *few;
    }
    if (can->room >= (size_t)chan_lab_.numbers) return;
    can->room = 2 * (size_t)chan_lab_.numbers;
    can->who = realloc(can->who == few ? NULL : can->who, can->room * sizeof *can->who);
    if (!can->who) chan_panic_("the laboratory has no memory: %s\n", strerror(ENOMEM));
}
/* The goroutines that can go on, in the order in which a schedule lists them. First comes the one
 * that has the turn, then the others. If it yields, the ones created after it come first. */
static inline struct lab_choose_candidates *lab_replay_list(struct chan_lab_goroutine_ *now,
                                                            bool yields) {
    static struct lab_choose_candidates can;
    bool goes_on = now && now->state == CHAN_LAB_READY_, after = goes_on && yields;
    lab_replay_make_room(&can);
    can.n = 0;
    if (goes_on && !yields) can.who[can.n++] = now;
    for (int pass = !after; pass < 2; pass++)
        lab_state_each(g)
            if (g->state == CHAN_LAB_READY_ && g != now
                && (!after || (pass == 0) == (g->number > now->number))) can.who[can.n++] = g;
    if (after) can.who[can.n++] = now;
    if (chan_lab_.leaver && (can.n == 0 || chan_lab_.steps > chan_lab_.last_step)) {
        lab_replay_set_ready(chan_lab_.leaver);
        can.who[0] = chan_lab_.leaver;
        can.n = 1;
    }
    return &can;
}
/* The goroutine whose sleep ends before all other deadlines, or NULL. */
static inline struct chan_lab_goroutine_ *lab_replay_next_sleeper(void) {
    struct chan_lab_goroutine_ *next = NULL;
    lab_state_each(g) {
        if (g->state != CHAN_LAB_BLOCKED_ || g->deadline == CHAN_NEVER_) continue;
        bool sleeps = g->op.kind == CHAN_LAB_SLEEP_;
        if (!next || g->deadline < next->deadline || (g->deadline == next->deadline && !sleeps))
            next = g;
    }
    return next && next->op.kind == CHAN_LAB_SLEEP_ ? next : NULL;
}
/* Lets time go on to the end of the next sleep although goroutines can run, if that is chosen. */
static inline bool lab_replay_ends_sleep(const struct lab_choose_candidates *can) {
    if (!lab_choose_may_wake() || chan_lab_.leaver) return false;
    struct chan_lab_goroutine_ *next = lab_replay_next_sleeper();
    if (!next || !lab_choose_wakes(next, can->who[0])) return false;
    lab_replay_set_clock(next->deadline);
    return true;
}
/* A goroutine runs; or all wait until one outside comes back; or all are stuck. */
enum lab_replay_verdict { LAB_REPLAY_RUNS, LAB_REPLAY_WAITS, LAB_REPLAY_STUCK };
static inline enum lab_replay_verdict lab_replay_next(struct chan_lab_goroutine_ *now, bool yields,
                                                      struct chan_lab_goroutine_ **next) {
    *next = NULL;
    for (lab_replay_let_in(false);;) {
        const struct lab_choose_candidates *can = lab_replay_list(now, yields);
        if (can->n > 0 && lab_replay_ends_sleep(can)) continue;
        if (can->n > 0) {
            *next = can->n == 1 ? can->who[0] : lab_choose_goroutine(can, now, yields);
            return LAB_REPLAY_RUNS;
        }
        if (lab_replay_let_in(true)) continue;
        if (chan_lab_.outside > 0 || lab_outside_expects_input()) return LAB_REPLAY_WAITS;
        long long deadline = lab_replay_next_deadline();
        if (deadline < CHAN_NEVER_) lab_replay_set_clock(deadline);
        else if (!lab_replay_retry_locks())
            return chan_lab_.live && chan_lab_.outsiders == 0 && lab_threads_none_else()
                   ? LAB_REPLAY_STUCK : LAB_REPLAY_WAITS;
    }
}
static inline void lab_replay_give_turn(struct chan_lab_goroutine_ *g) {
    chan_lab_.running = g;
    if (!g) return;
    chan_lab_.steps++;
    if (g == chan_lab_me_) return;
    chan_lab_.kept = 0;
    if (g->fiber) {
        lab_fibers_wake();
        return;
    }
    g->turn = 1;
    syscall(SYS_futex, &g->turn, 129 /* WAKE, private */, 1, NULL, NULL, 0);
}
/* Passes the turn to the next goroutine. Reports a deadlock if there will never be one. */
static inline void lab_replay_start_watcher(void);
static inline void lab_replay_hand_on(struct chan_lab_goroutine_ *now, bool yields) {
    struct chan_lab_goroutine_ *next;
    enum lab_replay_verdict verdict = lab_replay_next(now, yields, &next);
    if (verdict == LAB_REPLAY_STUCK) lab_report_stuck();
    if (verdict == LAB_REPLAY_WAITS) lab_replay_start_watcher();
    lab_replay_give_turn(next);
}
/* A signal handler has run while me slept. If me waits in a redirected system call, the call
 * returns. */
static inline void lab_replay_is_interrupted(struct chan_lab_goroutine_ *me) {
    if (!me->has_come) return;
    lab_state_enter();
    me->interrupted = true;
    lab_replay_set_ready(me);
    if (!chan_lab_.running) lab_replay_hand_on(NULL, false);
    lab_state_leave();
}
/* The thread of the fibers was interrupted: the first of them that waits in a system call. */
static inline void lab_replay_interrupt_fiber(void) {
    lab_state_each(g)
        if (g->fiber && g->has_come) {
            lab_replay_is_interrupted(g);
            return;
        }
}
/* Sleeps at the futex of me's turn. */
static inline void lab_replay_await_turn(struct chan_lab_goroutine_ *me) {
    long error = syscall(SYS_futex, &me->turn, 128 /* WAIT, private */, 0, NULL, NULL, 0);
    if (error != 0 && errno == EINTR) lab_replay_is_interrupted(me);
}
/* With the lock, which it releases meanwhile. */
static inline void lab_replay_wait_for_turn(struct chan_lab_goroutine_ *me) {
    while (chan_lab_.running != me) {
        struct lab_fiber *to = me->fiber ? lab_fibers_next() : NULL;
        me->turn = 0;
        lab_state_leave();
        while (!me->fiber && !me->turn) lab_replay_await_turn(me);
        if (me->fiber && !lab_fibers_go_on(to)) lab_replay_interrupt_fiber();
        lab_state_enter();
    }
}
/* The goroutine comes back from outside, or is seen for the first time. */
static inline void lab_replay_come_back(struct chan_lab_goroutine_ *me) {
    if (!chan_lab_.seeded || chan_lab_.running == me) return;
    if (me->state == CHAN_LAB_OUTSIDE_) chan_lab_.outside--;
    me->state = CHAN_LAB_READY_;
    if (!chan_lab_.running) lab_replay_hand_on(NULL, false);
    lab_replay_wait_for_turn(me);
}
/* Passes the turn on, or keeps it. A goroutine gives way if it has only looked 20 times, or has
 * kept the turn 1,000 times while others could run. It gives way a little later each time, and at
 * another line than the last time, if it soon comes to one. Otherwise a loop might always give way
 * at the same line, with a lock held that the others need. */
static inline bool lab_replay_gives_way(struct chan_lab_goroutine_ *me) {
    int more = me->gave_way % 7, twice = me->op.at == me->gave_way_at ? 2 : 1;
    if (me->idle < twice * (20 + more) && chan_lab_.kept < twice * (1000 + more)) return false;
    me->idle = 0;
    me->gave_way++;
    me->gave_way_at = me->op.at;
    return true;
}
static inline void lab_replay_pass_on(struct chan_lab_goroutine_ *me, bool yields) {
    chan_lab_.kept++;
    if (!yields) yields = lab_replay_gives_way(me);
    if (yields) chan_lab_.kept = 0;
    lab_replay_hand_on(me, yields);
    lab_replay_wait_for_turn(me);
}
/* With the lock and the turn: waits until another thread sets me ready, or until the time `until`.
 * */
static inline void lab_replay_block(struct chan_lab_goroutine_ *me, long long until) {
    int kind = me->op.kind;
    bool records = kind == CHAN_LAB_MUTEX_ || kind == CHAN_LAB_RWLOCK_ || kind == CHAN_LAB_COND_
                   || kind == CHAN_LAB_ONCE_ || kind == CHAN_LAB_JOIN_ || kind == CHAN_LAB_SEM_
                   || kind == CHAN_LAB_BARRIER_;
    records = records && chan_lab_.tracing;
    if (records) lab_record_event(CHAN_LAB_BLOCK_, 0);
    me->state = CHAN_LAB_BLOCKED_;
    me->deadline = until;
    lab_replay_pass_on(me, false);
    if (records) lab_record_event(CHAN_LAB_WAKE_, 0);
}
/* With the lock: a goroutine polls. It looks again and again at what only another goroutine could
 * change, while all others are blocked for good. As it may look at something that the laboratory
 * does not see, such as a file, this is a line and no verdict. Reading the clock is no poll. */
enum { LAB_REPLAY_POLLS = 1000000 };
static inline void lab_replay_tell_poller(const struct chan_lab_goroutine_ *me) {
    chan_lab_.polls = 0;
    if (chan_lab_.told_poller || chan_lab_.outside > 0 || chan_lab_.outsiders > 0) return;
    lab_state_each(g)
        if (g != me && (g->state != CHAN_LAB_BLOCKED_ || g->deadline < CHAN_NEVER_)) return;
    if (lab_threads_has_handlers() || !lab_threads_none_else()) return;
    chan_lab_.told_poller = true;
    dprintf(2, "goroutine %d (%s) polls in %s, and all other goroutines are blocked\n", me->number,
            me->name, me->was_at);
}
/* With the lock: pthread_cancel() was called for this goroutine, and it does not forbid that now.
 * So it waits no longer. After the unlock lab_replay_test_cancel() ends it. */
static inline bool lab_replay_is_cancelled(const struct chan_lab_goroutine_ *me) {
    return me->cancelled && chan_lab_own_.cancel == PTHREAD_CANCEL_ENABLE;
}
static inline void lab_replay_wake(struct chan_lab_goroutine_ *g);
static inline void lab_replay_test_cancel(const struct chan_lab_goroutine_ *me) {
    if (me->cancelled) pthread_testcancel();
}
/* With the lock: the goroutine goes on if it waits in a call that pthread_cancel() ends. */
static inline void lab_replay_cancel(struct chan_lab_goroutine_ *g) {
    int kind = g->op.kind;
    bool ends = kind == CHAN_LAB_COND_ || kind == CHAN_LAB_SEM_ || kind == CHAN_LAB_JOIN_
                || kind == CHAN_LAB_SLEEP_ || kind == CHAN_LAB_SYSTEM_;
    if (ends && !g->wants_mutex && g->state == CHAN_LAB_BLOCKED_) lab_replay_wake(g);
}
/* A point at which the turn may pass on. A goroutine that only looks, again and again, lets others
 * go first. If all do nothing else, time goes on: after 1,000 looks at a clock or a channel, or
 * 100,000 at what a mutex guards, because that may be work. */
static inline void lab_replay_point(struct chan_lab_goroutine_ *me, int looks, bool yields) {
    if (!chan_lab_.seeded) return;
    lab_state_enter();
    lab_replay_come_back(me);
    me->idle += looks > 0;
    chan_lab_.polls += looks >= 100;
    if (chan_lab_.polls > LAB_REPLAY_POLLS && me->was_at) lab_replay_tell_poller(me);
    if ((chan_lab_.idle += looks) > 100000) {
        long long next = lab_replay_next_deadline();
        lab_replay_set_clock(next < CHAN_NEVER_ ? next : chan_lab_.now + 1000000);
    }
    lab_replay_pass_on(me, yields);
    lab_state_leave();
}
static inline void lab_replay_progress(void) {
    if (chan_lab_.seeded && chan_lab_me_) {
        chan_lab_me_->idle = 0;
        chan_lab_.idle = 0;
        chan_lab_.polls = 0;
    }
}
static inline void lab_replay_reads_clock(void) { /* and so waits for time */
    if (chan_lab_replays_()) chan_lab_.polls = 0;
}
/* With the lock: wakes all goroutines that wait for the object. */
static inline void lab_replay_wake_waiting(const void *object) {
    lab_state_each(g)
        if (g->state == CHAN_LAB_BLOCKED_ && g->waits_for == object) lab_replay_set_ready(g);
}
/* How many looks the thread may be asleep: any number while it writes output, 200 (two seconds)
 * while it waits for a child process, otherwise five. */
static inline int lab_replay_max_looks(pid_t tid) {
    char path[64], text[128] = ""; long call = -1; unsigned long fd = 9;
    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", (int)tid);
    int from = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = from < 0 ? 0 : read(from, text, sizeof text - 1);
    if (from >= 0) close(from);
    if (n <= 0 || sscanf(text, "%ld %lx", &call, &fd) != 2) return 5;
    if ((call == SYS_write || call == SYS_writev) && fd >= 1 && fd <= 2) return INT_MAX;
    return call == SYS_wait4 || call == SYS_waitid ? 200 : 5;
}
static inline bool lab_replay_is_running(pid_t tid) {
    long long cpu;
    return tid != (pid_t)syscall(SYS_gettid) && lab_threads_kernel_says(tid, &cpu) == 'R';
}
static inline void lab_replay_warn(const struct chan_lab_goroutine_ *g, const char *where) {
    if (!chan_lab_.warned)
        dprintf(2, "schedule no longer repeatable: goroutine %d in a %s\n", g->number, where);
    chan_lab_.warned = true;
}
/* With the lock: whether another goroutine than g can run now, or will when time passes. Otherwise
 * it makes no difference how long g is outside. */
static inline bool lab_replay_others_go_on(const struct chan_lab_goroutine_ *g) {
    if (chan_lab_.outside > 0) return true;
    lab_state_each(other)
        if (other != g && (other->state == CHAN_LAB_READY_ || other->deadline < CHAN_NEVER_
                           || other->has_come)) return true;
    return false;
}
/* With the lock: the goroutine goes outside, and the turn is passed on. */
static inline void lab_replay_tell_computing(const struct chan_lab_goroutine_ *g) {
    if (chan_lab_.told_poller || !g->was_at) return;
    chan_lab_.told_poller = true;
    dprintf(2, "goroutine %d (%s) computes for two seconds, since %s\n", g->number, g->name,
            g->was_at);
}
static inline void lab_replay_go_outside(struct chan_lab_goroutine_ *g, const char *where) {
    if (lab_replay_others_go_on(g)) lab_replay_warn(g, where);
    g->state = CHAN_LAB_OUTSIDE_;
    chan_lab_.outside++;
    lab_replay_hand_on(NULL, false);
}
/* With the lock: no goroutine has the turn. If the time of day decided which one gets it now, the
 * run cannot be repeated. After a second in which nothing has happened, reports what is missing. */
static inline void lab_replay_watch_idle(long long passed, long long *idle) {
    bool timed = lab_replay_next_deadline() < CHAN_NEVER_;
    lab_replay_hand_on(NULL, false);
    const struct chan_lab_goroutine_ *g = chan_lab_.running;
    if (g && g->has_come && timed) lab_replay_warn(g, "system call");
    if (g) return;
    if (timed || chan_lab_.outside > 0) lab_replay_set_clock(chan_lab_.now + passed);
    if (timed) *idle = 0;
    bool now = *idle < 1000000000 && *idle + passed >= 1000000000;
    *idle += passed;
    if (now) lab_outside_report_idle();
}
/* While AddressSanitizer writes its report, a process of its own may look up the places in the
 * source. */
extern int __asan_report_present(void) __attribute__((weak));
static inline bool lab_replay_is_in_report(void) {
    return __asan_report_present && __asan_report_present();
}
/* With the lock: g has the turn, but another fiber is in a system call that does not return. */
static inline void lab_replay_tell_held_up(const struct chan_lab_goroutine_ *g) {
    if (chan_lab_.told_held_up) return;
    chan_lab_.told_held_up = true;
    lab_state_each(other)
        if (other->fiber == lab_fibers_.current)
            dprintf(2, "goroutine %d (%s) waits in a system call, so goroutine %d (%s) cannot run: "
                       "fibers share one thread under a seed\n",
                    other->number, other->name, g->number, g->name);
}
static inline pid_t lab_replay_tid(const struct chan_lab_goroutine_ *g) {
    return g->fiber ? lab_fibers_.tid : g->tid;
}
/* Checks every 10 ms whether the goroutine that has the turn is held up. It is if it was asleep in
 * the kernel five times without progress, while no thread of the program runs that it could be
 * waiting for (or a hundred times even so). It is too after two seconds of computing. While a
 * goroutine is outside and no other one can run, virtual time passes like real time. */
static inline void lab_replay_watch(void) {
    long long seen = -1, began = 0, cpu = 0, last = lab_state_real_clock(), idle = 0;
    for (int asleep = 0;;) {
        (nanosleep)(&(struct timespec){ .tv_nsec = idle && idle < 20000000 ? 1000000 : 10000000 },
                    NULL);
        lab_state_enter();
        struct chan_lab_goroutine_ *g = chan_lab_.running;
        long long real = lab_state_real_clock();
        if (g) idle = 0;
        if (chan_lab_.written || lab_replay_is_in_report()) { /* the program ends */
        } else if (g && lab_replay_tid(g)) {
            pid_t tid = lab_replay_tid(g);
            char state = lab_threads_kernel_says(tid, &cpu);
            if (seen != chan_lab_.steps) {
                seen = chan_lab_.steps;
                asleep = 0;
                began = cpu;
            }
            asleep = state == 'S' ? asleep + 1 : 0;
            bool waits = asleep >= 5 && asleep >= lab_replay_max_looks(tid)
                         && (asleep >= 100 || !lab_threads_any(lab_replay_is_running));
            bool is_current = !g->fiber || g->fiber == lab_fibers_.current;
            if (waits && !is_current) lab_replay_tell_held_up(g);
            if (is_current && (waits || cpu - began > 2000)) {
                if (!waits) lab_replay_tell_computing(g);
                lab_replay_go_outside(g, waits ? "system call" : "long computation");
            }
        } else if (!g) { /* has the last thread ended, or a stranger that was in the list? */
            bool last_one = !chan_lab_.live && !lab_threads_any(lab_threads_is_another);
            if (last_one) { lab_state_leave(); exit(0); }
            lab_replay_watch_idle(real - last, &idle);
        }
        last = real;
        lab_state_leave();
    }
}
static inline void *lab_replay_watcher_main(void *thread) {
    lab_threads_is_ours(thread);
    lab_replay_watch();
    return NULL;
}
/* With the lock; from the second goroutine on. */
static inline void lab_replay_start_watcher(void) {
    if (!chan_lab_.seeded || chan_lab_.watched) return;
    chan_lab_.watched = true;
    lab_threads_start(lab_replay_watcher_main);
}
/* With the lock: wakes g, if it waits. If no goroutine has the turn, one gets it. */
static inline void lab_replay_wake(struct chan_lab_goroutine_ *g) {
    if (!chan_lab_.seeded) return;
    if (g) lab_replay_set_ready(g);
    if (!chan_lab_.running) lab_replay_hand_on(NULL, false);
}
/* With the lock: me ends, and leaves the turn to others. */
static inline void lab_replay_end(struct chan_lab_goroutine_ *me) {
    if (!chan_lab_.seeded) return;
    lab_replay_wake_waiting(me);
    if (me->state == CHAN_LAB_OUTSIDE_) chan_lab_.outside--;
    if (!chan_lab_.running || chan_lab_.running == me) lab_replay_hand_on(NULL, false);
}
/* A select that found nothing is a look too. */
static inline void lab_replay_look(struct chan_lab_goroutine_ *me, int looks) {
    if (!chan_lab_.seeded) return;
    me->idle++;
    chan_lab_.polls++;
    chan_lab_.idle += looks;
}
/* With the lock, at the program's end: every goroutine that can run does, without any virtual time
 * passing, until it is blocked, sleeps or ends. One that never does so has 10,000 steps. */
static inline void lab_replay_settle(void) {
    bool others = false;
    lab_state_each(g) others = others || g != chan_lab_me_;
    if (!others || !chan_lab_me_) return;
    lab_replay_come_back(chan_lab_me_);
    chan_lab_.leaver = chan_lab_me_;
    chan_lab_.last_step = chan_lab_.steps + 10000;
    lab_replay_block(chan_lab_me_, CHAN_NEVER_);
    chan_lab_.leaver = NULL;
}
static inline struct chan_lab_goroutine_ *lab_replay_goroutine_of(pthread_t id) {
    lab_state_each(g) if (g->is_thread && pthread_equal(g->thread, id)) return g;
    return NULL;
}
/* With the lock: until the goroutine of that thread has ended, or the time `until`. Returns whether
 * it still lives. */
static inline bool lab_replay_join(struct chan_lab_goroutine_ *me, pthread_t id, long long until) {
    struct chan_lab_goroutine_ *of;
    while ((of = lab_replay_goroutine_of(id)) && of != me && chan_lab_.now < until
           && !lab_replay_is_cancelled(me)) {
        me->waits_for = of;
        lab_replay_block(me, until);
    }
    return of && of != me;
}
/* Under a seed, in place of chan_park_(). */
static inline bool lab_replay_park(struct chan_parker_ *p, long long deadline) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    long long epoch = CHAN_LAB_EPOCH_S_ * 1000000000LL;
    if (deadline < CHAN_NEVER_) deadline -= epoch;
    struct chan_lab_event_ *blocked = NULL;
    lab_state_enter();
    lab_replay_come_back(me);
    while (p->state != CHAN_WOKEN_ && chan_lab_.now < deadline) {
        if (!blocked) blocked = lab_record_event(CHAN_LAB_BLOCK_, 0);
        p->lab.who = me;
        lab_replay_block(me, deadline);
    }
    p->lab.who = NULL;
    if (blocked) lab_record_event(CHAN_LAB_WAKE_, p->state == CHAN_WOKEN_ ? p->lab.by : 0);
    lab_state_leave();
    return p->state == CHAN_WOKEN_;
}
/* With the lock and the turn: waits until it has come from outside, a signal handler has run, or
 * until the time `until`. */
static inline void lab_replay_wait_outside(struct chan_lab_goroutine_ *me,
                                           bool (*has_come)(const struct chan_lab_goroutine_ *,
                                                            bool),
                                           const void *what, long long until) {
    lab_record_event(CHAN_LAB_BLOCK_, 0);
    me->has_come = has_come;
    me->outside = what;
    chan_lab_.outsiders++;
    lab_replay_block(me, until);
    chan_lab_.outsiders--;
    me->has_come = NULL;
    lab_record_event(CHAN_LAB_WAKE_, 0);
}
static inline void lab_replay_sleep(struct chan_lab_goroutine_ *me, long long until) {
    lab_state_enter();
    chan_lab_.polls++;
    while (chan_lab_.now < until && !lab_replay_is_cancelled(me)) lab_replay_block(me, until);
    lab_state_leave();
    lab_replay_test_cancel(me);
}

#endif
