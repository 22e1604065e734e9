/* spares.pml -- goroutines: go(), threads that lie idle for a moment, exit().
 *
 * Section 9 of common/chan.h, with wait groups. A goroutine is a number, from 1.
 * A thread that is woken without a goroutine must end: go() does that if the stack
 * has another size. CONFIG_x chooses what main does, MISTAKE_x seeds a mistake: see
 * README.md. tests/model/check checks them all.
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
#elif defined CONFIG_SPARES_EXIT /* one without wg_wait(), when main exits */
#define MOST_IDLE 2
#define MAIN go(1, false); go(2, true)
#elif defined CONFIG_SPARES_EXIT_FULL
#define MOST_IDLE 1
#define MAIN go(1, true); go(2, false); go(3, true)
#elif defined CONFIG_SPARES_FORK /* one forks: that ends the idle threads */
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
byte last; /* that has ended: no thread joins it yet */
bool exiting;

/* Main is 0, the others are threads in the order of their making. A thread's
 * block of memory is freed after the thread is joined. */
#define THREADS (GOROUTINES + 2)
#define forker_number (GOROUTINES + 1)
byte made; /* how many threads there are */
byte g[THREADS];
byte beneath[THREADS]; /* its `next`: in a list, or the thread that it joins */
byte runs[THREADS]; /* the last goroutine that it was given, for an assertion */
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

/* pthread_join(), and what it was is freed. */
inline join_and_free(t) {
    if
    :: t != 0 -> /* chan.h: if (t && !pthread_equal(t->id, pthread_self())) pthread_join(t->id, NULL); */
        join(t);
        d_step { there(t); lies[t] = false; state[t] = 0 } /* chan.h: free(t); */
    :: t == 0
    fi
}

/* Has an idle thread run goroutine f; with 0 has all end that are idle.
 * Leaves in `reused` whether one runs it. */
inline reuse(f) {
    reused = false;
    do
    :: true ->
        enter();
        d_step {
            guarded();
            t = idle; /* chan.h: struct chan_thread_ *t = all->idle; */
            if
            :: t != 0 ->
                there(t);
                idle = beneath[t]; /* chan.h: all->idle = t->next; */
                n_idle--;
                beneath[t] = (f != 0 -> 0 : last); /* chan.h: t->next = fits ? NULL : all->ended; */
                last = (f != 0 -> last : t) /* chan.h: if (t && !fits) all->ended = t; */
            :: else
            fi
        };
        leave();
        if
        :: t == 0 -> break /* chan.h: if (!t) return false; */
        :: t != 0 ->
#ifndef MISTAKE_GO_WAKES_TOO_EARLY
            d_step { /* chan.h: if (fits) t->g = g; */
                there(t);
                g[t] = f;
                runs[t] = (f != 0 -> f : runs[t])
            };
#endif
            wake(t + 1);
#ifdef MISTAKE_GO_WAKES_TOO_EARLY
            there(t);
            d_step { g[t] = f; runs[t] = (f != 0 -> f : runs[t]) };
#endif
            if
            :: f != 0 -> reused = true; break /* chan.h: if (fits) return true; */
            :: f == 0
            fi
        fi
    od;
    atomic { t = 0; was = 0 }
}

/* chan_end_idle_() */
inline end_all() {
    reuse(0); /* chan.h: chan_reuse_((struct chan_goroutine_){ 0 }); */
#ifndef MISTAKE_EXIT_FORGETS_LAST
    enter();
    d_step {
        guarded();
        t = last; /* chan.h: struct chan_thread_ *last = all->ended; */
        last = 0 /* chan.h: all->ended = NULL; */
    };
    leave();
    join_and_free(t); /* chan.h: chan_join_(last); */
    t = 0
#endif
}

inline go(f, in_group) {
    if
    :: in_group -> wg_add(1); counted[f] = true /* chan.h: if (wg) wg_add_(wg, 1, at); */
    :: !in_group
    fi;
    reuse(f); /* chan.h: bool reused = chan_reuse_(g); */
    if
    :: reused
    :: !reused ->
        atomic {
            made++;
            assert(made <= GOROUTINES);
            lies[made] = true; /* chan.h: struct chan_thread_ *t = calloc(1, sizeof *t); */
            g[made] = f; /* chan.h: if (t) t->g = g; */
            runs[made] = f;
            run thread(made) /* chan.h: chan_new_thread_(chan_thread_main_, t, g.stack_bytes, PTHREAD_CREATE_JOINABLE) */
        }
    fi
}

/* An idle thread's time is over: it ends, unless a go() has taken it. */
inline gives_up() {
    enter();
#ifdef MISTAKE_SPARE_LOOKS_NOT
    d_step { guarded(); ends = true; beneath[me] = last; last = me };
#else
    d_step {
        guarded();
        there(me);
        p = idle; /* chan.h: while (*p && *p != self) p = &(*p)->next; */
        after = 0;
        do
        :: p != 0 && p != me -> after = p; p = beneath[p]
        :: else -> break
        od;
        ends = (p == me); /* chan.h: bool ends = *p; */
        if
        :: ends ->
            if
            :: after == 0 -> idle = beneath[me] /* chan.h: *p = self->next; */
            :: else -> beneath[after] = beneath[me]
            fi;
            n_idle--;
            beneath[me] = last; /* chan.h: self->next = all->ended; */
            last = me /* chan.h: all->ended = self; */
        :: else
        fi;
        p = 0;
        after = 0
    };
#endif
    leave()
}

#define ITS_OWN \
    byte p; byte after; byte was; byte t; byte wg_wakes; bool reused

proctype thread(byte me) {
    ITS_OWN;
    byte f;
    byte deadline;
    bool ends;
    do
    :: g[me] != 0 -> /* chan.h: while (self->g.f) { */
        d_step { there(me); f = g[me]; assert(!has_run[f]); has_run[f] = true }; /* chan.h: self->g.f(self->g.arg); */
#ifdef NESTED
        if
        :: f == 1 -> go(NESTED, true)
        :: f != 1
        fi;
#endif
#ifdef MISTAKE_DONE_BEFORE_IDLE
        wg_add(-1);
#endif
        d_step {
            there(me);
#ifndef MISTAKE_STATE_SET_LATE
            state[me] = LOOKING; /* chan.h: self->parker.state = CHAN_LOOKING_; */
#endif
            g[me] = 0 /* chan.h: self->g.f = NULL; */
        };
#ifdef MISTAKE_EXIT_UNSEEN
        deadline = SOON;
        enter();
        ends = (n_idle >= MOST_IDLE);
#else
        enter();
        deadline = (exiting -> NEVER : SOON); /* chan.h: self->deadline = all->exiting ? CHAN_NEVER_ */
        ends = (n_idle >= MOST_IDLE && !exiting); /* chan.h: (all->n_idle >= 64 && !all->exiting); */
#endif
        d_step { /* chan.h: struct chan_thread_ **list = ends ? &all->ended : &all->idle; */
            guarded();
            there(me);
            if
            :: ends -> beneath[me] = last; last = me
            :: else ->
                beneath[me] = idle; /* chan.h: self->next = self->is_detached ? NULL : *list; */
                idle = me; /* chan.h: if (!self->is_detached) *list = self; */
                n_idle++ /* chan.h: all->n_idle += !ends; */
            fi
        };
        leave();
#ifdef MISTAKE_STATE_SET_LATE
        state[me] = LOOKING;
#endif
#ifndef MISTAKE_DONE_BEFORE_IDLE
        if
        :: counted[f] -> wg_add(-1) /* chan.h: if (g.wg) wg_add_(g.wg, -1, g.at); */
        :: !counted[f]
        fi;
#endif
        if
        :: ends -> break /* chan.h: if (ends || !chan_is_wanted_again_(self)) break; */
        :: !ends ->
            park(deadline); /* chan.h: if (chan_park_(&self->parker, self->deadline)) return true; */
            if
            :: state[me] == WOKEN /* chan.h: return p->state == CHAN_WOKEN_; */
            :: state[me] == GONE -> goto over
            :: state[me] == LOOKING ->
                gives_up(); /* chan.h: return !chan_gives_up_(self) */
                if
                :: ends -> break
                :: !ends ->
                    park(NEVER); /* chan.h: && chan_park_(&self->parker, CHAN_NEVER_); */
                    if
                    :: state[me] == WOKEN
                    :: state[me] == GONE -> goto over
                    fi
                fi
            fi
        fi
    :: g[me] == 0 -> break
    od;
#ifndef MISTAKE_JOINS_NOT_BEFORE
    t = beneath[me]; /* chan.h: struct chan_thread_ *before = self->next; */
    join_and_free(t); /* chan.h: chan_join_(before); */
#endif
    assert(!exited); /* no thread would join it */
    ended[me] = true; /* chan.h: return NULL; */
over:
    skip
}

#ifdef FORK
active proctype forker() {
    byte me = forker_number;
    ITS_OWN;
    end_all(); /* chan.h: pthread_atfork(chan_end_idle_, NULL, chan_in_child_); */
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
    end_all();
    exiting = true;
#else
    exiting = true; /* chan.h: chan_program_.threads.exiting = true; */
    end_all();
#endif
    atomic {
        exited = true;
        t = 1;
        do
        :: t > GOROUTINES -> break
        :: t <= GOROUTINES ->
            assert(has_run[t] || !counted[t]);
            assert(!ended[t] || joined[t]);
            assert(joined[t] || !lies[t] || !counted[runs[t]]);
            t++
        od
    }
}
