/* chan.pml -- a channel: its lock, queues, hand-over, select, park, wake, free.
 *
 * Every step that another thread can see is one step here, beside the statement
 * of common/chan.h that it models. CONFIG_x chooses the threads, MISTAKE_x
 * seeds a mistake, and REACHED_x marks a place that a run must reach: see
 * README.md. tests/model/check checks them all.
 * SPDX-License-Identifier: 0BSD
 */

/* ---- configurations ------------------------------------------------------- */

/* Each thread has its number, a channel, and what stands at its proctype below. */
#if defined CONFIG_UNBUFFERED /* two senders and two receivers */
#define THREADS 4
#define START \
    run sender(0, 0, 1, 1); run sender(1, 0, 2, 1); \
    run receiver(2, 0, 1); run receiver(3, 0, 1)
#elif defined CONFIG_HANDOVER /* three values, one after the other, in order */
#define THREADS 2
#define IN_ORDER
#define START run sender(0, 0, 1, 3); run receiver(1, 0, 3)
#elif defined CONFIG_BUFFER_1 /* two senders and two receivers, one place */
#define THREADS 4
#define CAP 1
#define START \
    run sender(0, 0, 1, 1); run sender(1, 0, 2, 2); \
    run receiver(2, 0, 2); run receiver(3, 0, 1)
#elif defined CONFIG_BUFFER_2 /* the ring goes round, in order */
#define THREADS 2
#define CAP 2
#define IN_ORDER
#define FREE_AFTER 10
#define START run freer(2, 0); run sender(0, 0, 1, 5); run receiver(1, 0, 5)
#elif defined CONFIG_FREE /* freed the moment the last operation took effect */
#define THREADS 4
#define FREE_AFTER 4
#define START \
    run freer(4, 0); run sender(0, 0, 1, 1); run sender(1, 0, 2, 1); \
    run receiver(2, 0, 1); run receiver(3, 0, 1)
#elif defined CONFIG_FREE_BUFFERED
#define THREADS 3
#define CAP 1
#define FREE_AFTER 4
#define START \
    run freer(3, 0); run sender(0, 0, 1, 1); run sender(1, 0, 2, 1); \
    run receiver(2, 0, 2)
#elif defined CONFIG_CLOSE /* with a sender and two receivers; then freed */
#define THREADS 3
#define CLOSES
#define FREE_AFTER 4
#define START \
    run freer(4, 0); run sender(0, 0, 1, 1); run receiver(1, 0, 1); run receiver(2, 0, 1); \
    run closer(3, 0)
#elif defined CONFIG_CLOSE_BUFFERED /* what is in the buffer comes first */
#define THREADS 3
#define CAP 1
#define CLOSES
#define FREE_AFTER 5
#define START \
    run freer(4, 0); run sender(0, 0, 1, 2); run receiver(1, 0, 1); run receiver(2, 0, 1); \
    run closer(3, 0)
#elif defined CONFIG_SELECTS /* two, in contrary order; and a sender for each */
#define SELECTS
#define THREADS 4
#define CHANNELS 2
#define START \
    run selector(0, RECV, 0, 0, RECV, 1, 0, NEVER); \
    run selector(1, RECV, 1, 0, RECV, 0, 0, NEVER); \
    run sender(2, 0, 1, 1); run sender(3, 1, 2, 1)
#elif defined CONFIG_SELECT_PAIR /* two selects with each other, crosswise */
#define SELECTS
#define THREADS 2
#define CHANNELS 2
#define START \
    run selector(0, SEND, 0, 1, RECV, 1, 0, NEVER); \
    run selector(1, SEND, 1, 2, RECV, 0, 0, NEVER)
#elif defined CONFIG_SELECT_TRIO /* three, of which any may time out; then freed */
#define SELECTS
#define THREADS 3
#define CHANNELS 2
#define FREE_AFTER 3
#define START \
    run freer(3, 0); run selector(0, SEND, 0, 1, SEND, 1, 2, SOON); \
    run selector(1, SEND, 1, 3, RECV, 0, 0, SOON); \
    run selector(2, RECV, 1, 0, RECV, 0, 0, SOON)
#elif defined CONFIG_SELECT_TWICE /* one channel in both cases */
#define SELECTS
#define THREADS 4
#define START \
    run selector(0, RECV, 0, 0, RECV, 0, 0, NEVER); \
    run selector(1, SEND, 0, 1, SEND, 0, 2, NEVER); \
    run sender(2, 0, 3, 1); run receiver(3, 0, 1)
#elif defined CONFIG_SELECT_BOTH /* sends and receives on one channel: not with itself */
#define SELECTS
#define THREADS 4
#define START \
    run selector(0, SEND, 0, 1, RECV, 0, 0, NEVER); \
    run selector(1, RECV, 0, 0, SEND, 0, 2, NEVER); \
    run sender(2, 0, 3, 1); run receiver(3, 0, 1)
#elif defined CONFIG_SELECT_TIMEOUT /* against senders; after a timeout, a plain receive */
#define SELECTS
#define THREADS 4
#define CHANNELS 2
#define START \
    run selector(0, RECV, 1, 0, RECV, 0, 0, SOON); run receiver(1, 0, 1); \
    run sender(2, 0, 1, 1); run sender(3, 0, 2, 1)
#elif defined CONFIG_SELECT_CLOSE /* two closes against two selects */
#define SELECTS
#define THREADS 2
#define CHANNELS 2
#define CLOSES
#define START \
    run selector(0, RECV, 0, 0, RECV, 1, 0, NEVER); \
    run selector(1, RECV, 1, 0, SEND, 0, 1, NEVER); \
    run closer(2, 0); run closer(3, 1)
#elif defined CONFIG_SELECT_RACE /* a sender and two closes race for one select */
#define SELECTS
#define THREADS 2
#define CHANNELS 2
#define CLOSES
#define START \
    run selector(0, RECV, 0, 0, RECV, 1, 0, NEVER); run sender(1, 1, 1, 1); \
    run closer(2, 0); run closer(3, 1)
#elif defined CONFIG_SELECT_FREE /* freed as soon as the select has returned */
#define SELECTS
#define THREADS 2
#define CHANNELS 2
#define CLOSES
#define FREE_AFTER 2
#define START \
    run freer(3, 0); run selector(0, RECV, 0, 0, RECV, 1, 0, SOON); run sender(1, 1, 1, 1); \
    run closer(2, 0)
#elif defined CONFIG_SELECT_BUFFERED /* two, in contrary order, and a full buffer */
#define SELECTS
#define THREADS 3
#define CHANNELS 2
#define CAP 1
#define START \
    run selector(0, RECV, 0, 0, RECV, 1, 0, NEVER); \
    run selector(1, RECV, 1, 0, RECV, 0, 0, NEVER); \
    run sender(2, 0, 1, 3)
#elif defined CONFIG_SELECT_MIXED /* only channel 0 has a buffer */
#define SELECTS
#define THREADS 4
#define CHANNELS 2
#define CAP 1
#define MIXED
#define START \
    run selector(0, SEND, 0, 1, SEND, 1, 2, NEVER); \
    run selector(1, RECV, 1, 0, RECV, 0, 0, NEVER); \
    run sender(2, 0, 3, 1); run receiver(3, 0, 1)
#elif defined CONFIG_SELECT_BUFFERED_FREE /* one with a default; closed, then freed */
#define SELECTS
#define THREADS 3
#define CHANNELS 2
#define CAP 1
#define CLOSES
#define FREE_AFTER 4
#define START \
    run freer(4, 0); run selector(0, RECV, 0, 0, RECV, 1, 0, NEVER); \
    run selector(1, RECV, 1, 0, SEND, 0, 2, AT_ONCE); run sender(2, 0, 1, 1); \
    run closer(3, 0)
#elif defined CONFIG_SELECT_DEFAULT /* one of both is ready at any time: never taken */
#define SELECTS
#define THREADS 2
#define CHANNELS 2
#define CAP 1
#define START \
    slot(0, 0) = 1; length[0] = 1; sent = 1 << 1; \
    run selector(0, RECV, 0, 0, RECV, 1, 0, AT_ONCE); run mover(1, 1, 2, 0)
#elif defined CONFIG_LOOK /* at the hints, while others come and go */
#define THREADS 3
#define CASES 1
#define CLOSES
#define START \
    run looker(0, RECV, 0); run sender(1, 0, 1, 1); run receiver(2, 0, 1); \
    run closer(3, 0)
#elif defined CONFIG_LOOK_BUFFERED
#define THREADS 3
#define CASES 1
#define CAP 1
#define CLOSES
#define START \
    run looker(0, SEND, 1); run looker(1, RECV, 0); run sender(2, 0, 2, 1); \
    run closer(3, 0)
#elif defined CONFIG_TIMER /* two selects, one tick, one sender: each gets one */
#define SELECTS
#define THREADS 3
#define CHANNELS 2
#define TIMER
#define START \
    run selector(0, RECV, 0, 0, RECV, 1, 0, NEVER); \
    run selector(1, RECV, 1, 0, RECV, 0, 0, NEVER); \
    run sender(2, 1, 1, 1); run clock()
#else
#error "no CONFIG_ that we know"
#endif
#ifndef CAP
#define CAP 0
#endif
#ifndef CHANNELS
#define CHANNELS 1
#endif
#ifndef CASES /* of a select */
#define CASES 2
#endif
#ifdef MIXED /* channel 1 has no buffer */
#define capacity(c) ((c) == 0 -> CAP : 0)
#else
#define capacity(c) CAP
#endif
#ifdef TIMER
#define is_timer(c) ((c) == 0)
#else
#define is_timer(c) false
#endif

/* ---- the program's memory ------------------------------------------------- */

#define HELD 1
#define EMPTY 2
#define FULL 4
#define DRAINED 8
byte word[CHANNELS]; /* the lock or, while it is free, the hints */
bool closed[CHANNELS];
byte length[CHANNELS];
byte head[CHANNELS];
byte slots[CHANNELS * (CAP + 1)];
#define slot(c, n) slots[(c) * (CAP + 1) + (n)]
bool freed[CHANNELS];

#define RECV 0
#define SEND 1
#define queue(c, kind) ((c) * 2 + (kind))
byte first[CHANNELS * 2];
byte last[CHANNELS * 2];

/* On a thread's stack, while it is in an operation: a parker, and a waiter for
 * each case. Waiters are numbered from 1; 0 is NULL. The rest of the parker is
 * in park.pml. */
bool ok[THREADS];
byte taken[THREADS];
#define waiter(t, k) ((t) * 2 + (k) + 1)
#define thread_of(w) (((w) - 1) / 2)
#define WAITERS (THREADS * 2 + 1)
byte prev[WAITERS];
byte next[WAITERS];
byte value[WAITERS]; /* what its `value` points to */
bool of_select[WAITERS];    /* it is a case of a select */
bool lies[WAITERS];  /* it is there: the operation has not returned */

byte due; /* of the timer, channel 0 */

/* ---- what no program knows, for the assertions ---------------------------- */

byte holder[CHANNELS];      /* the thread that has the lock, from 1 */
byte took_effect[CHANNELS]; /* sends, receives and closes; selects that returned */
short sent;                 /* a bit for each value whose send succeeded */
short received;             /* a bit for each value that was received */
byte ticks;

hidden byte w_;
hidden short r_;
hidden short s_;

#define use(c) assert(!freed[c])
#define guarded(c) assert(!freed[c] && holder[c] == me + 1)
#define there(w) assert(lies[w])

/* The threads that wait in a queue, not counting selects that are taken. */
inline who_waits(q, threads) {
    threads = 0;
    w_ = first[q];
    do
    :: w_ == 0 -> break
    :: else ->
        there(w_);
        if
        :: of_select[w_] && taken[thread_of(w_)] != 0
        :: else -> threads = threads | (1 << thread_of(w_))
        fi;
        w_ = next[w_]
    od
}

/* While the lock is free: if there are values in the buffer, no receiver waits. If
 * there is a free slot, no sender waits. In a closed channel no thread waits. A sender
 * and a receiver never both wait, unless both are cases of one select. */
inline check_invariant(c) {
    who_waits(queue(c, RECV), r_);
    who_waits(queue(c, SEND), s_);
    assert(length[c] == 0 || r_ == 0);
    assert(length[c] == capacity(c) || s_ == 0);
    assert(!closed[c] || (r_ == 0 && s_ == 0));
    assert(r_ == 0 || s_ == 0 || (r_ == s_ && (r_ & (r_ - 1)) == 0))
}

#define AT_ONCE 254 /* the timeout of CHAN_DEFAULT */
#define parker_is_there(t) there(waiter(t, 0))
#include "park.pml"

/* ---- section 5: the lock -------------------------------------------------- */

inline enter(c) {
    atomic {
        !(word[c] & HELD) -> /* chan.h: atomic_exchange(lock, CHAN_HELD_) & CHAN_HELD_ */
        use(c);
        word[c] = HELD;
        holder[c] = me + 1
    }
}

inline leave(c) {
    d_step {
        guarded(c);
        check_invariant(c);
        holder[c] = 0;
        word[c] = 0;
        if
        :: length[c] > 0 /* chan.h: int empty = c->len > 0 || c->senders.first ? 0 */
#ifndef MISTAKE_HINT_FORGETS_SENDERS
        :: first[queue(c, SEND)] != 0
#endif
        :: else -> /* chan.h: : c->closed ? CHAN_DRAINED_ : CHAN_EMPTY_; */
            word[c] = (closed[c] -> DRAINED : EMPTY)
        fi;
        if
        :: length[c] < capacity(c) || first[queue(c, RECV)] != 0 /* chan.h: int full = c->len < c->cap || c->receivers.first || c->closed ? 0 : CHAN_FULL_; */
        :: closed[c]
        :: else -> word[c] = word[c] | FULL
        fi;
#ifdef TIMER
        if
        :: c == 0 -> word[c] = 0 /* chan.h: chan_unlock_(&c->lock, c->is_timer ? 0 : empty | full); */
        :: else
        fi
#endif
    }
#ifdef MISTAKE_HINTS_AFTER_UNLOCK
    ;
    use(c);
    word[c] = (length[c] > 0 || first[queue(c, SEND)] != 0 -> 0 : EMPTY)
#endif
}

/* ---- section 6: queues, and how a channel is tried ------------------------ */

inline enqueue(c, q, w) {
    d_step {
        guarded(c);
        prev[w] = last[q]; /* chan.h: w->prev = q->last; */
        next[w] = 0; /* chan.h: w->next = NULL; */
        if
        :: first[q] != 0 -> there(last[q]); next[last[q]] = w /* chan.h: if (q->first) q->last->next = w; */
        :: else -> first[q] = w /* chan.h: else q->first = w; */
        fi;
        last[q] = w /* chan.h: q->last = w; */
    }
}

inline unlink(c, q, w) {
    d_step {
        guarded(c);
        there(w);
        if
        :: first[q] == w -> first[q] = next[w] /* chan.h: if (q->first == w) { q->first = w->next; return; } */
        :: first[q] != w ->
            there(prev[w]);
            next[prev[w]] = next[w]; /* chan.h: w->prev->next = w->next; */
            if
#ifdef MISTAKE_UNLINK_HALF
            :: next[w] == 0
#endif
            :: next[w] != 0 -> there(next[w]); prev[next[w]] = prev[w] /* chan.h: if (w->next) w->next->prev = w->prev; */
            :: else -> last[q] = prev[w] /* chan.h: else q->last = w->prev; */
            fi
        fi
    }
}

/* Takes w, so that this thread alone serves it, unless another case of its select is
 * taken. */
inline take(c, q) {
    if
    :: of_select[w] ->
#ifdef MISTAKE_CLAIM_UNSEEN
        mine = (taken[thread_of(w)] == 0);
        if
        :: mine -> taken[thread_of(w)] = w
        :: !mine
        fi
#else
        d_step { /* chan.h: if (w->of) return atomic_compare_exchange_strong(&w->parker->taken, &none, w); */
            guarded(c);
            there(w);
            mine = (taken[thread_of(w)] == 0);
            if
            :: mine -> taken[thread_of(w)] = w
            :: else
            fi
        }
#endif
    :: !of_select[w] ->
        atomic {
            unlink(c, q, w); /* chan.h: chan_unlink_(q, w); */
            took_effect[c]++;
            mine = true
        }
    fi
}

inline serve(c, q) {
    d_step { guarded(c); w = first[q] }; /* chan.h: struct chan_waiter_ *w = q->first; */
    do
    :: w == 0 -> break
    :: w != 0 ->
#ifdef MISTAKE_WAKE_BEFORE_CLAIM
        wake(thread_of(w) + 1);
#endif
        take(c, q);
        if
        :: mine -> break
        :: !mine -> /* chan.h: while (w && !chan_take_(q, w)) w = w->next; */
#ifdef MISTAKE_SERVE_GIVES_UP
            w = 0
#else
            d_step { guarded(c); there(w); w = next[w] }
#endif
        fi
    od;
    if
    :: w != 0 ->
        d_step { /* chan.h: w->parker->ok = true; done->wake = w->parker; */
            there(w);
            ok[thread_of(w)] = true;
            done_wake = thread_of(w) + 1
        }
#ifdef MISTAKE_WAKE_BEFORE_CLAIM
        ;
        done_wake = 0
#endif
#ifdef MISTAKE_WAKE_TOO_EARLY
        ;
        wake(done_wake);
        done_wake = 0
#endif
    :: w == 0
    fi;
    mine = false
}

inline try_send(c, v) {
    d_step { guarded(c); done_ok = !closed[c] }; /* chan.h: done->ok = !c->closed; if (c->closed) return true; */
    is_done = true;
    if
    :: !done_ok
    :: done_ok ->
        serve(c, queue(c, RECV)); /* chan.h: = chan_serve_(&c->receivers, done); */
        if
        :: w != 0 -> /* chan.h: chan_put_(receiver->value, v, size); */
            d_step { there(w); value[w] = v }
        :: w == 0 ->
            d_step {
                guarded(c);
                if
                :: length[c] == capacity(c) -> /* chan.h: if (!receiver && c->len == c->cap) return false; */
                    is_done = false;
                    done_ok = false
                :: else -> /* chan.h: memcpy(c->slots + slot * size, v, size); */
                    w_ = head[c] + length[c]; /* chan.h: size_t end = c->head + c->len; */
                    slot(c, (w_ < capacity(c) -> w_ : w_ - capacity(c))) = v; /* chan.h: size_t slot = end < c->cap ? end : end - c->cap; */
                    length[c]++ /* chan.h: c->len++; */
                fi
            }
        fi;
        w = 0
    fi
}

inline try_recv(c) {
    serve(c, queue(c, SEND)); /* chan.h: = chan_serve_(&c->senders, done); */
    d_step {
        guarded(c);
        done_ok = (length[c] > 0 || w != 0); /* chan.h: done->ok = c->len > 0 || sender; */
        if
        :: !done_ok -> is_done = closed[c] /* chan.h: return c->closed; */
        :: else ->
            if
            :: length[c] > 0 -> got = slot(c, head[c])
            :: else -> there(w); got = value[w] /* chan.h: chan_put_(v, c->len > 0 ? oldest : sender->value, size); */
            fi;
            w_ = head[c];
            head[c] = (head[c] + 1 < capacity(c) -> head[c] + 1 : 0); /* chan.h: c->head = slot + 1 < c->cap ? slot + 1 : 0; */
            if
#ifndef MISTAKE_NO_REFILL
            :: length[c] > 0 && w != 0 -> there(w); slot(c, w_) = value[w] /* chan.h: if (c->len > 0 && sender) memcpy(oldest, sender->value, size); */
#endif
            :: else ->
                if
                :: length[c] > 0 -> length[c]--; slot(c, w_) = 0 /* chan.h: else if (c->len > 0) c->len--; */
                :: else
                fi
            fi;
            is_done = true
        fi;
        w = 0
    }
}

inline try_tick() {
    d_step {
        done_ok = (due <= date); /* chan.h: if (late < 0) return false; */
        is_done = done_ok;
        if
#ifndef MISTAKE_TICK_STAYS
        :: done_ok -> due = NEVER /* chan.h: c->due = chan_plus_(now - late % c->period, c->period); */
#endif
        :: else
        fi
    }
}

/* ---- section 7: the operations on one channel ----------------------------- */

inline leave_the_stack() {
    d_step {
        state[me] = 0; ok[me] = false; taken[me] = 0; link[me] = 0;
        w_ = waiter(me, 0);
        lies[w_] = false; of_select[w_] = false; value[w_] = 0; prev[w_] = 0; next[w_] = 0;
        w_ = waiter(me, 1);
        lies[w_] = false; of_select[w_] = false; value[w_] = 0; prev[w_] = 0; next[w_] = 0;
        is_done = false;
        done_wake = 0;
        was = 0
    }
}

/* Ends a send or receive that was tried: it is done, or it waits. */
inline finish(c, kind, v) {
    d_step {
        lies[waiter(me, 0)] = true; /* chan.h: { .parker = &me.parker, .value = value } }; */
        value[waiter(me, 0)] = v;
        ok[me] = false; /* chan.h: me = { { .ok = false }, { .parker = */
        use(c) /* chan.h: size_t cap = c->cap; */
    };
#ifdef MISTAKE_UNLOCK_TOO_EARLY
    leave(c);
    enter(c);
#endif
    if
    :: is_done -> took_effect[c]++
    :: !is_done -> enqueue(c, queue(c, kind), waiter(me, 0)) /* chan.h: chan_enqueue_(q, &me.w); */
    fi;
#ifdef VARIANT_WAKE_IN_LOCK
    wake(done_wake);
    done_wake = 0;
#endif
#ifdef MISTAKE_UNLOCK_TOO_LATE
    if
    :: is_done
    :: !is_done -> park(NEVER)
    fi;
#endif
    leave(c); /* chan.h: chan_leave_(c); */
    if
    :: is_done -> wake(done_wake) /* chan.h: chan_wake_(done->wake); return done->ok; */
#ifdef MISTAKE_TOUCH_AFTER_WAKE
        ;
        use(c)
#endif
    :: !is_done ->
#ifdef MISTAKE_CAPACITY_READ_LATE
        use(c);
#endif
        park(NEVER); /* chan.h: chan_park_(&me.parker, CHAN_NEVER_); */
        got = value[waiter(me, 0)];
        done_ok = ok[me] /* chan.h: return me.parker.ok; */
    fi;
    leave_the_stack()
}

inline op_send(c, v) {
    enter(c);
    try_send(c, v); /* chan.h: chan_try_send_(c, value, size, &done) */
    finish(c, SEND, v); /* chan.h: bool ok = chan_finish_(c, is_done, &done, &c->senders, value); */
    sent_one(v)
}

inline op_recv(c) {
    enter(c);
    try_recv(c); /* chan.h: chan_try_recv_(c, into, size, &done) */
    finish(c, RECV, 0); /* chan.h: bool ok = chan_finish_(c, is_done, &done, &c->receivers, into); */
    received_one()
}

inline sent_one(v) {
    d_step {
        if
        :: done_ok -> sent = sent | (1 << v)
        :: else
#ifndef CLOSES
            -> assert(false) /* panics */
#endif
        fi
    }
}

inline received_one() {
    d_step {
        if
        :: done_ok ->
            assert(got > 0 && !(received & (1 << got)));
#ifdef IN_ORDER
            assert((received | 1) + 1 == 1 << got);
#endif
            received = received | (1 << got)
        :: else
#ifndef CLOSES
            -> assert(false)
#endif
        fi;
        got = 0
    }
}

inline op_close(c) {
    byte q;
    enter(c);
    closed[c] = true; /* chan.h: c->closed = true; */
    q = queue(c, RECV); /* chan.h: chan_end_all_(&c->receivers, &wake); chan_end_all_(&c->senders, &wake); */
    do
    :: q > queue(c, SEND) -> break
    :: q <= queue(c, SEND) ->
        d_step { guarded(c); w = first[q] };
        do
        :: w == 0 -> break
        :: w != 0 ->
            d_step { guarded(c); there(w); after_w = next[w] };
            take(c, q);
            if
            :: mine -> /* chan.h: if (!chan_take_(q, w)) continue; */
                d_step {
                    there(w);
                    link[thread_of(w)] = done_wake; /* chan.h: w->parker->next = *list; */
                    done_wake = thread_of(w) + 1 /* chan.h: *list = w->parker; */
                }
#ifdef MISTAKE_CLOSE_WAKES_ONE
                ;
                break
#endif
            :: !mine
            fi;
            w = after_w
        od;
        q++
    od;
    took_effect[c]++;
    leave(c);
    wake(done_wake) /* chan.h: chan_wake_(wake); */
}

inline op_free(c) {
    bool in_use;
#ifdef MISTAKE_FREE_UNLOCKED
    in_use = (first[queue(c, SEND)] != 0 || first[queue(c, RECV)] != 0);
#else
    enter(c); /* chan.h: chan_enter_(c); */
    in_use = (first[queue(c, SEND)] != 0 || first[queue(c, RECV)] != 0); /* chan.h: bool in_use = c->senders.first || c->receivers.first; */
    leave(c);
#endif
    assert(!in_use); /* panics */
    d_step { use(c); freed[c] = true } /* chan.h: free(c); */
}

/* ---- section 8: select, of two cases or one -------------------------------- */

/* Each lock once: `locks` is sorted. */
#ifdef MISTAKE_LOCKS_TWICE
#define again(i) false
#else
#define again(i) ((i) == 1 && locks[0] == locks[1])
#endif

inline enter_all() {
    i = 0;
    do
    :: i == CASES -> break
    :: i < CASES && !again(i) -> enter(locks[i]); i++ /* chan.h: if (i_ == 0 || (s)->locks[i_] != (s)->locks[i_ - 1]) enter_or_leave((s)->locks[i_]) */
    :: i < CASES && again(i) -> i++
    od
}

inline leave_all() {
    i = 0;
    do
    :: i == CASES -> break
    :: i < CASES && !again(i) -> leave(locks[i]); i++
    :: i < CASES && again(i) -> i++
    od
}

/* Puts the cases in random order. */
inline add_cases() {
    if
    :: order[0] = 0; order[1] = 1 /* chan.h: size_t i = chan_random_below_(s->n + 1); */
    :: CASES == 2 -> order[0] = 1; order[1] = 0
    fi;
    d_step {
        lies[waiter(me, 0)] = true; of_select[waiter(me, 0)] = true; value[waiter(me, 0)] = val[0];
        lies[waiter(me, 1)] = true; of_select[waiter(me, 1)] = true; value[waiter(me, 1)] = val[1];
        locks[0] = ch[0]; /* chan.h: s->locks[s->n] = a->chan_; */
        locks[1] = ch[1]
    }
}

inline sort_locks() {
#ifndef MISTAKE_LOCKS_AS_WRITTEN
    d_step {
        if
        :: locks[0] > locks[1] -> /* chan.h: (size_t)a[j - 1] > (size_t)c; j--) a[j] = a[j - 1]; */
            locks[0] = ch[1];
            locks[1] = ch[0]
        :: else
        fi
    }
#else
    skip
#endif
}

/* Tries case k, with its lock held: is_done. */
inline try_case() {
    if
#ifdef TIMER
    :: is_timer(ch[k]) -> /* chan.h: bool ready = c->is_timer ? chan_try_tick_(c, value, &s->done) */
        guarded(0);
        try_tick();
        d_step {
            guarded(0);
            deadline = (!is_done && due < deadline -> due : deadline) /* chan.h: if (c->is_timer && c->due < s->deadline) s->deadline = c->due; */
        }
#endif
    :: !is_timer(ch[k]) && kind[k] == SEND -> try_send(ch[k], val[k]) /* chan.h: : sends ? chan_try_send_(c, value, c->size, &s->done) */
    :: !is_timer(ch[k]) && kind[k] == RECV -> try_recv(ch[k]) /* chan.h: : chan_try_recv_(c, value, c->size, &s->done); */
    fi
}

/* First each case by itself, as long as hints and buffers decide: is_done, case
 * k. The look at the hints is without the lock, and one step: the guard. */
#define not_ready (word[ch[k]] & (kind[k] == SEND -> FULL : EMPTY))
#define unbuffered (capacity(ch[k]) == 0 && !is_timer(ch[k]))

inline try_each() {
    i = 0;
    do
    :: i == CASES || is_done -> break
    :: i < CASES && !is_done ->
        d_step { k = order[i]; use(ch[k]) };
        if
        :: not_ready -> i++ /* chan.h: if (each && c->lock & (sends ? CHAN_FULL_ : CHAN_EMPTY_)) continue; */
        :: !not_ready && unbuffered -> /* chan.h: if (each && c->cap == 0 && !c->is_timer) return NULL; */
#ifdef REACHED_STOPS_AT_SECOND
            assert(i != 1);
#endif
            break
        :: !not_ready && !unbuffered ->
#ifndef MISTAKE_EACH_UNLOCKED
            enter(ch[k]); /* chan.h: if (each) chan_lock_within_(&c->lock, 12); */
#endif
            try_case();
#ifdef REACHED_EACH_SERVES
            assert(done_wake == 0);
#endif
#ifdef REACHED_EACH_TICKS
            assert(!is_done || !is_timer(ch[k]));
#endif
#ifdef REACHED_EACH_IN_VAIN
            assert(is_done);
#endif
#ifdef MISTAKE_EACH_STAYS_LOCKED
            if
            :: is_done -> leave(ch[k])
            :: !is_done
            fi;
#elif !defined MISTAKE_EACH_UNLOCKED
            leave(ch[k]); /* chan.h: if (each) chan_leave_(c); */
#endif
            i++ /* chan.h: if (ready) return w; */
#ifdef REACHED_EACH_DOES_SECOND
            ;
            assert(!is_done || i == 1)
#endif
        fi
    od;
    i = 0
}

/* Then all, with all locks held. */
inline try_all() {
    i = 0;
    do
    :: i == CASES || is_done -> break
    :: i < CASES && !is_done -> k = order[i]; try_case(); i++
    od;
    i = 0
}

/* In the end, as time passes, the timers. */
inline try_timers() {
#ifdef TIMER
    i = 0;
    do
    :: i == CASES || is_done -> break
    :: i < CASES && !is_done ->
        if
        :: is_timer(ch[order[i]]) -> k = order[i]; try_case()
        :: !is_timer(ch[order[i]]) /* chan.h: if (which == CHAN_TIMERS_ && !c->is_timer) continue; */
        fi;
        i++
    od;
    i = 0
#else
    skip
#endif
}

/* To take the default or the timeout is right only if at this moment no case
 * is ready; w_ and r_ are the threads that wait on the other side. */
inline check_none_ready() {
    d_step {
        i = 0;
        do
        :: i == CASES -> break
        :: i < CASES ->
            guarded(ch[i]);
            who_waits(queue(ch[i], 1 - kind[i]), r_);
            assert((r_ & ~(1 << me)) == 0);
            assert(!closed[ch[i]]);
            assert(length[ch[i]] == (kind[i] == SEND -> capacity(ch[i]) : 0));
            i++
        od;
        i = 0
    }
}

/* Waits in all queues for another thread that takes a case, or for time. */
inline wait_all() {
    i = 0;
    do
    :: i == CASES -> break
    :: i < CASES -> /* chan.h: for (w = s->w; w < end; w++) { */
        k = order[i];
        enqueue(ch[k], queue(ch[k], kind[k]), waiter(me, k)); /* chan.h: chan_enqueue_(chan_queue_of_(w), w); */
        i++
    od;
    do
    :: true ->
        leave_all(); /* chan.h: chan_all_(s, chan_leave_); */
        deadline = (deadline < patience -> deadline : patience);
        park(deadline); /* chan.h: chan_park_(&s->parker, s->deadline < timeout ? s->deadline : timeout); */
        enter_all(); /* chan.h: chan_all_(s, chan_enter_); */
        deadline = NEVER; /* chan.h: s->deadline = CHAN_NEVER_; */
#ifdef MISTAKE_NO_LOOK_AFTER_TIMEOUT
        w = (state[me] == WOKEN -> taken[me] : 0);
#else
        w = taken[me]; /* chan.h: taken = s->parker.taken; */
#endif
        if
        :: w != 0 /* chan.h: chosen = taken ? taken : chan_try_(s, CHAN_TIMERS_); */
        :: w == 0 -> try_timers()
        fi;
        if
        :: w == 0 && !is_done && date < patience /* chan.h: } while (!chosen && (timeout == CHAN_NEVER_ || chan_now_() < timeout)); */
        :: w != 0 || is_done || date >= patience -> break
        fi
    od;
    if
    :: w != 0 || is_done
    :: w == 0 && !is_done -> check_none_ready()
    fi;
#ifndef MISTAKE_SELECT_STAYS_QUEUED
    i = 0;
    do
    :: i == CASES -> break
    :: i < CASES -> /* chan.h: for (w = s->w; w < end; w++) { chan_unlink_(chan_queue_of_(w), w); */
        unlink(ch[order[i]], queue(ch[order[i]], kind[order[i]]), waiter(me, order[i]));
        i++
    od;
#endif
    leave_all();
    if
    :: w == 0 /* chan.h: if (!taken) return chosen; */
    :: w != 0 ->
#ifndef MISTAKE_TAKEN_LEAVES_UNWOKEN
        park(NEVER); /* chan.h: chan_park_(&s->parker, CHAN_NEVER_); */
#endif
        got = value[w];
        d_step {
            k = (w - 1) % 2;
            is_done = true;
            done_ok = ok[me]; /* chan.h: s->done.ok = s->parker.ok; */
            w = 0
        }
    fi;
    i = 0
}

/* Case k is done if is_done says so; otherwise it was time. */
inline op_select() {
    add_cases(); /* chan.h: chan_read_case_(&s, &cases[i], at); */
    try_each(); /* chan.h: struct chan_waiter_ *w = chan_try_(s, CHAN_EACH_); */
    if
#ifdef MISTAKE_EACH_DECIDES
    :: is_done || at_once
    :: !is_done && !at_once ->
#elif defined MISTAKE_EACH_DOES_NOT_DECIDE
    :: false
    :: true ->
        is_done = false;
#else
    :: is_done
    :: !is_done -> /* chan.h: if (w) return w; */
#endif
        sort_locks(); /* chan.h: chan_sort_(s->locks, s->n, s->locks + s->n); */
        enter_all(); /* chan.h: chan_all_(s, chan_enter_); */
#ifndef MISTAKE_NO_SECOND_TRY
        try_all(); /* chan.h: w = chan_try_(s, CHAN_ALL_); */
#endif
        if
        :: !is_done && !at_once -> wait_all() /* chan.h: if (!w && patience > 0) return chan_wait_all_(s, patience); */
        :: is_done || at_once ->
            if
            :: is_done
            :: !is_done ->
                check_none_ready()
#ifdef REACHED_DEFAULT
                ;
                assert(false)
#endif
            fi;
            leave_all() /* chan.h: chan_all_(s, chan_leave_); return w; */
        fi
#ifdef MISTAKE_EACH_WAKES_NOT
        ;
        wake(done_wake)
    fi;
#else
    fi;
    wake(done_wake); /* chan.h: chan_wake_(s.done.wake); */
#endif
    returned = is_done;
    if
    :: is_done && !done_ok -> use(ch[k]) /* chan.h: chan_put_(chosen->value_, NULL, chosen->chan_->size); */
    :: !is_done || done_ok
    fi;
    leave_the_stack();
    d_step {
        took_effect[ch[0]]++;
        if
        :: ch[1] != ch[0] -> took_effect[ch[1]]++
        :: else
        fi
    };
    if
    :: !returned
    :: returned && is_timer(ch[k]) -> ticks++
    :: returned && !is_timer(ch[k]) && kind[k] == SEND -> sent_one(val[k])
    :: returned && !is_timer(ch[k]) && kind[k] == RECV -> received_one()
    fi
}

/* With CHAN_DEFAULT and one channel, 0: a look may do. */
inline look() {
    d_step {
        use(0);
        hints = word[0]; /* chan.h: int hints = a->chan_->lock; */
        who_waits(queue(0, RECV), r_);
        who_waits(queue(0, SEND), s_);
        /* The hints must be true at this moment. */
        assert(!(hints & EMPTY) || (length[0] == 0 && s_ == 0 && !closed[0]));
        assert(!(hints & FULL) || (length[0] == CAP && r_ == 0 && !closed[0]));
        assert(!(hints & DRAINED) || (length[0] == 0 && s_ == 0 && closed[0]))
    };
    if
    :: hints & (kind[0] == SEND -> FULL : EMPTY) /* chan.h: if (hints & (a->kind_ == CHAN_SEND_ ? CHAN_FULL_ : CHAN_EMPTY_)) */
    :: !(hints & (kind[0] == SEND -> FULL : EMPTY)) ->
        if
        :: kind[0] == RECV && hints >= DRAINED -> use(0) /* chan.h: if (a->kind_ == CHAN_SEND_ || !(hints & CHAN_DRAINED_)) */
        :: kind[0] == SEND || hints < DRAINED -> op_select() /* chan.h: return chan_select_all_(cases, n, at); */
        fi
    fi
}

/* ---- the threads: only those that a configuration has, as more take spin longer ----- */

#define ITS_OWN \
    byte w; byte p; byte after; byte was; byte done_wake; byte got; byte i; \
    bool mine; bool is_done; bool done_ok
#define ITS_SELECT \
    byte kind[2]; byte ch[2]; byte val[2]; byte order[2]; byte locks[2]; byte k; \
    byte deadline = NEVER; bool at_once; bool returned

/* Sends n values, v and those that follow, unless it panics. */
proctype sender(byte me, c, v, n) {
    ITS_OWN;
    do
    :: n == 0 -> break
    :: n > 0 ->
        op_send(c, v);
        n = (done_ok -> n - 1 : 0);
        v++
    od
}

/* Receives n values; or, if n is 0, until there are no more. */
proctype receiver(byte me, c, n) {
    ITS_OWN;
    bool all = (n == 0);
    do
    :: true ->
        op_recv(c);
        n--;
        if
        :: !done_ok || (!all && n == 0) -> break
        :: done_ok && (all || n != 0)
        fi
    od
}

#ifdef CONFIG_SELECT_DEFAULT
/* Sends v to c, then receives from d. */
proctype mover(byte me, c, v, d) {
    ITS_OWN;
    op_send(c, v);
    op_recv(d)
}
#endif

#ifdef CLOSES
proctype closer(byte me, c) {
    ITS_OWN;
    byte after_w;
    op_close(c)
}
#endif

#ifdef SELECTS
/* One select. If case 1 receives but gets no value, a plain receive follows. */
proctype selector(byte me, kind0, ch0, val0, kind1, ch1, val1, patience) {
    ITS_OWN;
    ITS_SELECT;
    d_step {
        kind[0] = kind0; ch[0] = ch0; val[0] = val0;
        kind[1] = kind1; ch[1] = ch1; val[1] = val1;
        at_once = (patience == AT_ONCE)
    };
    op_select()
#ifdef CONFIG_SELECT_DEFAULT
    ;
    assert(returned);
    op_send(ch[k], 3) /* or the mover may wait forever */
#endif
#if defined CONFIG_SELECT_TIMEOUT || defined CONFIG_SELECT_FREE
    ;
    if
    :: returned && done_ok
    :: !returned || !done_ok -> op_recv(ch1)
    fi
#endif
}
#endif

#if defined CONFIG_LOOK || defined CONFIG_LOOK_BUFFERED
proctype looker(byte me, a_kind, v) {
    byte patience = SOON;
    byte hints;
    ITS_OWN;
    ITS_SELECT;
    d_step {
        kind[0] = a_kind; val[0] = v;
        at_once = true
    };
    look()
}
#endif

/* Frees a channel the moment the last operation has taken effect: sooner than
 * any thread of the program could learn of it. It may never come to that. */
#ifdef FREE_AFTER
proctype freer(byte me, c) {
end:
    took_effect[c] == FREE_AFTER;
    op_free(c)
}
#endif

#ifdef TIMER
proctype clock() {
    date = 1
}
#endif

/* When all have come to their end, all that was sent was received. */
init {
    byte c;
    byte n;
    atomic {
#ifdef TIMER
        due = 1;
#endif
        START
    };
#ifdef FREE_AFTER
    _nr_pr == 1 || (_nr_pr == 2 && timeout);
#else
    _nr_pr == 1;
#endif
    do
    :: c == CHANNELS -> break
    :: c < CHANNELS ->
        n = 0;
        do
        :: n == length[c] -> break
        :: n < length[c] ->
            w_ = slot(c, (head[c] + n < capacity(c) -> head[c] + n : head[c] + n - capacity(c)));
            assert(!(received & (1 << w_)));
            received = received | (1 << w_);
            n++
        od;
        assert(!(word[c] & HELD));
        assert(first[queue(c, RECV)] == 0 && first[queue(c, SEND)] == 0);
        c++
    od;
    assert(sent == received);
#ifdef TIMER
    assert(ticks == 1)
#endif
}
