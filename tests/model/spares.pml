/* spares.pml -- goroutines: go(), threads that lie idle for a moment, exit().
 *
 * Section 9 of common/chan.h, with wait groups. A goroutine is a number, from 1;
 * without one a thread is told to end, as go() tells one whose stack has another
 * size. CONFIG_x says what main does, MISTAKE_x seeds a mistake: see README.md.
 * tests/model/check plays them all.
 * SPDX-License-Identifier: 0BSD
 */

/* ---- configurations ------------------------------------------------------- */

/* What main starts, and how many threads may lie idle before the next one ends.
 * After that it waits for those in the wait group, and exits. */
#if defined CONFIG_SPARES /* three goroutines, one after the other or at once */
#define MOST_IDLE 2
#define MAIN go(1, true); go(2, true); go(3, true)
#elif defined CONFIG_SPARES_FULL /* the second that gets idle is one too many */
#define MOST_IDLE 1
#define MAIN go(1, true); go(2, true); go(3, true)
#elif defined CONFIG_SPARES_SEQUENCE /* each waited for: the group is used again */
#define MOST_IDLE 1
#define MAIN go(1, true); wait(); go(2, true); wait(); go(3, true)
#elif defined CONFIG_SPARES_NESTED /* a goroutine starts another, beside main */
#define MOST_IDLE 1
#define NESTED 3
#define MAIN go(1, true); go(2, true)
#elif defined CONFIG_SPARES_EXIT /* one nobody waits for, when main exits */
#define MOST_IDLE 2
#define MAIN go(1, false); go(2, true)
#elif defined CONFIG_SPARES_EXIT_FULL
#define MOST_IDLE 1
#define MAIN go(1, true); go(2, false); go(3, true)
#elif defined CONFIG_SPARES_FORK /* somebody forks: that ends who is idle */
#define MOST_IDLE 2
#define FORK
#define MAIN go(1, true); go(2, true)
#else
#error "no CONFIG_ that we know"
#endif
#define GOROUTINES 3

/* ---- the program's memory ------------------------------------------------- */

#define HELD 1
byte lock; /* of the threads */
byte idle; /* the last that got idle: a thread */
byte n_idle;
bool exiting;

/* Main is 0, the others are threads in the order of their making. A thread's
 * block of memory is freed after the thread is joined. */
#define THREADS (GOROUTINES + 2)
#define forker_number (GOROUTINES + 1)
byte made; /* how many threads there are */
byte g[THREADS];
byte beneath[THREADS]; /* its `next` */
bool lies[THREADS];
bool ended[THREADS];
bool joined[THREADS];

byte wg_lock;
byte wg_count;
byte wg_waiting; /* main, from 1 */

/* ---- what no program knows, for the assertions ---------------------------- */

byte holder;
byte wg_holder;
bool wg_gone; /* main has returned from its last wait: the group is no more */
bool has_run[GOROUTINES + 1];
bool counted[GOROUTINES + 1]; /* is in the wait group */
bool exited;
bool forked;

#define there(t) assert(lies[t])
#define guarded() assert(holder == me + 1)

#define GONE 3
#define process_is_over exited
#define parker_is_there(t) assert((t) == 0 || lies[t])
#include "park.pml"

inline enter() {
    atomic {
        lock == 0 -> /* chan.h: chan_lock_(&all->lock); */
        lock = HELD;
        holder = me + 1
    }
}

inline leave() {
    d_step { /* chan.h: chan_unlock_(&all->lock, 0); */
        guarded();
        holder = 0;
        lock = 0
    }
}

/* ---- wait groups ---------------------------------------------------------- */

inline wg_enter() {
    atomic {
        wg_lock == 0 -> /* chan.h: chan_lock_(&wg->lock_); */
        assert(!wg_gone);
        wg_lock = HELD;
        wg_holder = me + 1
    }
}

inline wg_leave() {
    d_step {
        assert(!wg_gone && wg_holder == me + 1);
        wg_holder = 0;
        wg_lock = 0
    }
}

inline wg_add(n) {
    wg_enter();
    d_step {
        wg_count = wg_count + n; /* chan.h: __builtin_add_overflow(wg->count_, n, &wg->count_) */
        wg_wakes = (wg_count == 0 -> wg_waiting : 0); /* chan.h: struct chan_parker_ *wake = wg->count_ == 0 ? wg->waiting_ : NULL; */
        if
        :: wg_wakes != 0 -> wg_waiting = 0 /* chan.h: if (wake) wg->waiting_ = NULL; */
        :: else
        fi
    };
#ifdef MISTAKE_GROUP_UNLOCKS_LATE
    wake(wg_wakes);
    wg_leave();
#else
    wg_leave(); /* chan.h: chan_unlock_(&wg->lock_, 0); */
    wake(wg_wakes); /* chan.h: chan_wake_(wake); */
#endif
    wg_wakes = 0
}

/* Only main waits; its parker lies there as long as main does. */
inline wait() {
    wg_enter();
    d_step {
        state[me] = LOOKING;
        link[me] = wg_waiting; /* chan.h: struct chan_parker_ parker = { .next = wg->waiting_ }; */
        waits = (wg_count > 0); /* chan.h: bool wait = wg->count_ > 0; */
        if
        :: waits -> wg_waiting = me + 1 /* chan.h: if (wait) wg->waiting_ = &parker; */
        :: else
        fi
    };
    wg_leave();
    if
    :: waits -> park(NEVER) /* chan.h: if (wait) chan_park_(&parker, CHAN_NEVER_); */
    :: !waits
    fi
}

/* ---- go, threads and exit ------------------------------------------------- */

inline join(t) {
    atomic {
        ended[t] -> /* chan.h: pthread_join(t->id, NULL); */
        assert(!joined[t]);
        joined[t] = true
    }
}

/* Has an idle thread run goroutine f, and joins those that have ended; with 0
 * ends and joins all. Leaves in `reused` whether one runs it. */
inline reuse(f) {
    reused = false;
    do
    :: true ->
        enter();
        d_step {
            guarded();
            t = idle;
            if
            :: t != 0 -> /* chan.h: if ((t = all->idle)) all->idle = t->next, all->n_idle--; */
                there(t);
                idle = beneath[t];
                beneath[t] = 0;
                n_idle--
            :: else
            fi
        };
        leave();
        if
        :: t == 0 -> break /* chan.h: if (!t) return false; */
        :: t != 0 ->
#ifndef MISTAKE_GO_WAKES_TOO_EARLY
            d_step { there(t); g[t] = f }; /* chan.h: t->g = fits ? g : (struct chan_goroutine_){ 0 }; */
#endif
            wake(t + 1);
#ifdef MISTAKE_GO_WAKES_TOO_EARLY
            there(t);
            g[t] = f;
#endif
            if
#ifdef MISTAKE_GO_BELIEVES
            :: f != 0 -> reused = true; break
            :: f == 0 ->
#else
            :: was != WOKEN && f != 0 -> reused = true; break /* chan.h: if (chan_wake_(&t->parker) && fits) return true; */
            :: was == WOKEN || f == 0 ->
#endif
#ifndef MISTAKE_EXIT_JOINS_NOT
                join(t);
#endif
                d_step { there(t); lies[t] = false; g[t] = 0; state[t] = 0; t = 0 } /* chan.h: free(t); */
            fi
        fi
    od;
    atomic { t = 0; was = 0 }
}

inline go(f, in_group) {
    if
    :: in_group -> wg_add(1); counted[f] = true /* chan.h: if (wg) wg_add_(wg, 1, at); */
    :: !in_group
    fi;
    reuse(f); /* chan.h: if (chan_reuse_(g)) return; */
    if
    :: reused
    :: !reused ->
        atomic {
            made++;
            assert(made <= GOROUTINES);
            lies[made] = true; /* chan.h: struct chan_thread_ *t = calloc(1, sizeof *t); */
            g[made] = f; /* chan.h: if (t) t->g = g; */
            run thread(made) /* chan.h: pthread_create(&id, &attr, chan_thread_main_, t) */
        }
    fi
}

#define ITS_OWN \
    byte p; byte after; byte was; byte t; byte wg_wakes; bool reused

proctype thread(byte me) {
    ITS_OWN;
    byte f;
    byte deadline;
    bool ends;
    do
    :: !ends && g[me] != 0 -> /* chan.h: !ends && self->g.f;) { */
        d_step { there(me); f = g[me] }; /* chan.h: struct chan_goroutine_ g = self->g; */
        d_step { assert(!has_run[f]); has_run[f] = true }; /* chan.h: g.f(g.arg); */
#ifdef NESTED
        if
        :: f == 1 -> go(NESTED, true)
        :: f != 1
        fi;
#endif
#ifdef MISTAKE_DONE_BEFORE_IDLE
        wg_add(-1);
#endif
#ifdef MISTAKE_EXIT_UNSEEN
        deadline = SOON;
        enter();
        ends = (n_idle >= MOST_IDLE);
#else
        enter();
        deadline = (exiting -> NEVER : SOON); /* chan.h: long long deadline = all->exiting ? CHAN_NEVER_ */
        ends = (n_idle >= MOST_IDLE && !exiting); /* chan.h: ends = all->n_idle >= 64 && !all->exiting; */
#endif
        d_step {
            guarded();
            there(me);
#ifndef MISTAKE_STATE_SET_LATE
            state[me] = (ends -> WOKEN : LOOKING); /* chan.h: self->parker.state = ends ? CHAN_WOKEN_ : CHAN_LOOKING_; */
#endif
            beneath[me] = idle; /* chan.h: self->next = all->idle, */
            idle = me; /* chan.h: all->idle = self, */
            n_idle++ /* chan.h: all->n_idle++; */
        };
        leave();
#ifdef MISTAKE_STATE_SET_LATE
        state[me] = (ends -> WOKEN : LOOKING);
#endif
#ifndef MISTAKE_DONE_BEFORE_IDLE
        if
        :: counted[f] -> wg_add(-1) /* chan.h: if (g.wg) wg_add_(g.wg, -1, g.at); */
        :: !counted[f]
        fi;
#endif
        if
        :: ends
        :: !ends ->
            park(deadline); /* chan.h: if (!ends && !chan_park_(&self->parker, deadline)) */
            if
            :: state[me] == WOKEN /* chan.h: return p->state == CHAN_WOKEN_; */
            :: state[me] == GONE -> goto over
            :: state[me] == LOOKING ->
#ifdef MISTAKE_SPARE_LOOKS_NOT
                ends = true
#else
                d_step { /* chan.h: ends = atomic_exchange(&self->parker.state, CHAN_WOKEN_) == CHAN_LOOKING_; */
                    there(me);
                    ends = (state[me] == LOOKING);
                    state[me] = WOKEN
                }
#endif
            fi
        fi
    :: ends || g[me] == 0 -> break
    od;
    assert(!exited); /* nobody would join us */
    ended[me] = true; /* chan.h: return NULL; */
over:
    skip
}

#ifdef FORK
active proctype forker() {
    byte me = forker_number;
    ITS_OWN;
    reuse(0); /* chan.h: pthread_atfork(chan_end_idle_, NULL, chan_in_child_); */
    forked = true
}
#endif

active proctype main() {
    byte me = 0;
    bool waits;
    ITS_OWN;
    MAIN;
    wait();
    wg_gone = true;
#ifdef FORK
    forked;
#endif
#ifdef MISTAKE_EXIT_SAYS_LATE
    reuse(0);
    exiting = true;
#else
    exiting = true; /* chan.h: chan_program_.threads.exiting = true; */
    reuse(0); /* chan.h: static inline void chan_end_idle_(void) { chan_reuse_((struct chan_goroutine_){ 0 }); } */
#endif
    atomic {
        exited = true;
        t = 1;
        do
        :: t > GOROUTINES -> break
        :: t <= GOROUTINES ->
            assert(has_run[t] || !counted[t]);
            assert(!ended[t] || joined[t]);
            assert(joined[t] || !lies[t] || !counted[g[t]]);
            t++
        od
    }
}
