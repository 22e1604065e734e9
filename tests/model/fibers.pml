/* fibers.pml -- goroutines as fibers: parking, deadlines, queues, stealing, sleep.
 *
 * The protocol of common/chan_fibers.h. A fiber runs on any worker, and goes on on
 * another one after each switch. What a fiber waits for is a semaphore here: what a
 * channel does is in chan.pml. CONFIG_x chooses the fibers' programs, MISTAKE_x seeds
 * a mistake, and REACHED_x marks a place that a run must reach: see README.md.
 * tests/model/check checks them all.
 * SPDX-License-Identifier: 0BSD
 */

/* ---- configurations ------------------------------------------------------- */

/* The steps of a fiber's program. */
#define END 0
#define WAIT 1        /* takes from its semaphore, and parks while that is zero */
#define WAIT_TIMED 2  /* the same, but may give up at any time */
#define POST 3        /* adds to the other's semaphore, or wakes a waiter of it */
#define YIELD 4       /* lets others run first */
#define GO 5          /* starts the next kind, when there is a free stack */
#define READ 6        /* blocks its worker in the kernel until a WRITE */
#define WRITE 7

/* program(k, n) is step n of a fiber of kind k. waits_on(k) and posts_to(k) are its
 * semaphores. The fibers 1 to READY are in the global queue at the start, or in
 * worker 0's ring, or a thread starts them. Fiber f is of kind f. FIBERS is how many stacks there are. */
#if defined CONFIG_FIBERS_PING /* two hand over to each other, then end */
#define WORKERS 2
#define FIBERS 2
#define READY 2
#define program(k, n) \
    (k == 1 -> (n == 0 || n == 2 -> POST : (n == 1 || n == 3 -> WAIT : END)) \
            : (n == 0 || n == 2 -> WAIT : (n == 1 || n == 3 -> POST : END)))
#define waits_on(k) (k - 1)
#define posts_to(k) (2 - k)
#elif defined CONFIG_FIBERS_TIMED /* a waiter may give up while it is woken */
#define WORKERS 2
#define FIBERS 2
#define READY 2
#define program(k, n) \
    (k == 1 -> (n == 0 -> WAIT_TIMED : (n == 1 -> WAIT : END)) \
            : (n == 0 || n == 1 -> POST : END))
#elif defined CONFIG_FIBERS_THREAD /* a plain thread wakes a fiber, and is woken by it */
#define WORKERS 2
#define FIBERS 1
#define READY 1
#define THREAD post(0); wait()
#define program(k, n) (n == 0 -> WAIT : (n == 1 -> POST : END))
#define waits_on(k) 0
#define posts_to(k) 1
#elif defined CONFIG_FIBERS_QUEUES /* many get ready on one worker: a ring of one */
#define WORKERS 2
#define FIBERS 4
#define READY 2
#define RING 1
#define program(k, n) \
    (k == 1 -> (n <= 3 -> GO : END) \
            : (k == 2 -> (n == 0 -> YIELD : END) : END))
#elif defined CONFIG_FIBERS_HALF /* a thief takes half of a ring of four */
#define WORKERS 2
#define FIBERS 4
#define READY 4
#define RING 4
#define IN_RING
#define program(k, n) (k == 1 && n == 0 -> YIELD : END)
#elif defined CONFIG_FIBERS_STACKS /* stacks are used again */
#define WORKERS 2
#define FIBERS 2
#define READY 1
#define program(k, n) (k == 1 && n < 2 -> GO : END)
#elif defined CONFIG_FIBERS_READ /* one blocks in the kernel until a fiber has run that it woke */
#define WORKERS 2
#define FIBERS 2
#define READY 2
#define NAPS true
#define program(k, n) \
    (k == 1 -> (n == 0 -> POST : (n == 1 -> READ : END)) \
            : (n == 0 -> WAIT : (n == 1 -> WRITE : END)))
#elif defined CONFIG_FIBERS_READ_ALONE /* the same with one worker: the monitor makes another */
#define WORKERS 1
#define FIBERS 2
#define READY 2
#define MONITOR
#define program(k, n) \
    (k == 1 -> (n == 0 -> POST : (n == 1 -> READ : END)) \
            : (n == 0 -> WAIT : (n == 1 -> WRITE : END)))
#elif defined CONFIG_FIBERS_READ_THREAD /* a thread starts both */
#define WORKERS 2
#define FIBERS 2
#define READY 2
#define MONITOR
#define BY_THREAD
#define THREAD ready(1); ready(2)
#define program(k, n) (n == 0 -> (k == 1 -> READ : WRITE) : END)
#else
#error "no CONFIG_ that we know"
#endif
#ifndef waits_on
#define waits_on(k) 0
#define posts_to(k) 0
#endif
#ifndef RING
#define RING 2
#endif
#define PROGRAM_KINDS 2
#define WORKERS_MOST 2

/* ---- the program's memory ------------------------------------------------- */

/* Contexts: fibers from 1; 0 is a worker's idle loop. A parker's number is that of its
 * fiber; a plain thread has parker 0. */
#define SLOTS (FIBERS + 1)
#define address(f) (3 + (f)) /* as a parker's state: above WOKEN */
#define fiber_at(s) ((s) - 3)
byte kind[SLOTS];
byte pc[SLOTS];
byte stage[SLOTS];    /* how far it is in a WAIT */
bool timed[SLOTS];    /* parked with a deadline */
bool yields[SLOTS];
bool ended[SLOTS];
bool free[SLOTS];     /* the stack is in the list of free ones */
bool heap_lock;
byte heap;            /* a bit for each fiber: the fibers that are parked with a deadline */
#define in_heap(f) (heap & (1 << (f)))

byte run_next[WORKERS_MOST];
byte ring[WORKERS_MOST * RING];
byte head[WORKERS_MOST]; /* never modulo: unsigned in the header */
byte tail[WORKERS_MOST];
bool sleeping[WORKERS_MOST];
byte n_workers;
byte n_idle;
byte n_looking;
chan global = [FIBERS] of { byte };

byte count[2];        /* the semaphores */
bool queued[SLOTS];   /* waits at its semaphore */
bool written;         /* what READ waits for */

/* ---- what no program knows, for the assertions ---------------------------- */

byte stack_user[SLOTS]; /* the worker whose stack pointer is in it, from 1 */
bool parker_lies[SLOTS];
byte posted[2];
byte taken[2];
byte started;
byte n_ended;

#define THREADS SLOTS
#define parker_is_there(t) assert(parker_lies[t])
#define fiber_is_ready(s) ready(fiber_at(s))

#ifndef NAPS
#define NAPS false /* without blocking calls nothing may depend on them */
#endif
#include "park.pml"

/* ---- queues --------------------------------------------------------------- */

/* Wakes one worker that sleeps. */
inline kick() {
    v = 0;
    do
    :: v == WORKERS_MOST -> break
    :: v < WORKERS_MOST ->
        if
        :: atomic { sleeping[v] -> sleeping[v] = false }; break
        :: !sleeping[v] -> v++
        fi
    od;
    v = 0
}

/* Work has been put somewhere: a worker that sleeps shall come, unless one looks
 * for work already. */
inline want_help() {
    if
    :: n_idle == 0 /* chan_fibers.h: if (all->n_idle == 0 || all->n_looking > 0) return; */
    :: n_idle > 0 ->
        if
        :: n_looking > 0
        :: n_looking == 0 -> kick()
        fi
    fi
}

/* The owner only; thieves see it when the tail has moved. */
inline push(f) {
    if
    :: tail[me] - head[me] >= RING ->
#ifdef REACHED_RING_IS_FULL
        assert(false);
#endif
        global!f
    :: tail[me] - head[me] < RING ->
#ifdef MISTAKE_PUSH_TAIL_FIRST
        tail[me]++;
        ring[me * RING + (tail[me] - 1) % RING] = f
#else
        ring[me * RING + tail[me] % RING] = f;
        tail[me]++
#endif
    fi;
    want_help()
}

/* A fiber may go on: it is the next one here, and what was next goes to the ring. */
inline ready(f) {
    if
    :: is_worker ->
#ifdef MISTAKE_READY_OVERWRITES
        old = run_next[me];
        run_next[me] = f;
#else
        d_step { old = run_next[me]; run_next[me] = f }; /* chan_fibers.h: atomic_exchange(&w->run_next, f); */
#endif
        if
        :: old != 0 -> push(old); old = 0
        :: old == 0
        fi
    :: !is_worker ->
#ifdef MISTAKE_THREAD_LOOKS_FIRST
        want_help();
        global!f
#else
        global!f;
        want_help()
#endif
    fi
}

/* Leaves in `to` the oldest of the own ring. */
inline pop() {
    do
    :: true ->
        h = head[me];
        if
        :: h == tail[me] -> break
        :: h != tail[me] ->
            to = ring[me * RING + h % RING];
#ifdef MISTAKE_POP_UNSEEN
            head[me] = h + 1;
            break
#else
            if
            :: atomic { head[me] == h -> head[me] = h + 1 }; break
            :: head[me] != h -> to = 0
            fi
#endif
        fi
    od;
    h = 0
}

inline take_next() {
    to = run_next[me];
#ifdef MISTAKE_OWNER_TAKES_UNSEEN
    run_next[me] = 0
#else
    d_step {
        if
        :: run_next[me] == to -> run_next[me] = 0
        :: else -> to = 0
        fi
    }
#endif
}

inline take_global() {
    if
    :: atomic { global?[to] -> global?to }
    :: empty(global)
    fi
}

/* Which fiber is next here? Leaves it in `to`, or 0. The counts that keep a pair from
 * going on forever are free choices here. */
inline pick() {
    to = 0;
    if
    :: true -> take_global()
    :: true
    fi;
    if
    :: to == 0 -> take_next()
    :: to == 0 && head[me] != tail[me]
    :: to != 0
    fi;
    if
    :: to == 0 -> pop()
    :: to != 0
    fi;
    if
    :: to == 0 -> take_global()
    :: to != 0
    fi;
    if
    :: to == 0 -> take_next()
    :: to != 0
    fi
}

/* Takes half of what waits in the victim's ring, or what is next there. Leaves one in `to`. */
inline steal(victim) {
    do
    :: true ->
        h = head[victim];
        n = tail[victim] - h;
        n = n - n / 2;
        if
        :: n > RING -> skip /* a stale head: again */
        :: n == 0 ->
            to = run_next[victim];
            if
            :: true -> to = 0 /* it is fresh: left alone */
            :: to != 0 ->
#ifdef MISTAKE_STEALS_NEXT_UNSEEN
                run_next[victim] = 0;
#else
                d_step {
                    if
                    :: run_next[victim] == to -> run_next[victim] = 0
                    :: else -> to = 0
                    fi
                };
#endif
#ifdef REACHED_STEALS_NEXT
                assert(to == 0)
#else
                skip
#endif
            fi;
            break
        :: n > 0 && n <= RING ->
#ifndef MISTAKE_STEAL_READS_LATE
            to = ring[(victim) * RING + h % RING];
#endif
            t = 1;
            do
            :: t >= n -> break
            :: t < n ->
                ring[me * RING + (tail[me] + t - 1) % RING] = ring[(victim) * RING + (h + t) % RING];
                t++
            od;
#ifdef MISTAKE_STEAL_TAIL_FIRST
            tail[me] = tail[me] + n - 1;
#endif
            if
            :: atomic { head[victim] == h -> head[victim] = h + n };
#ifdef MISTAKE_STEAL_READS_LATE
                to = ring[(victim) * RING + h % RING];
#endif
#ifndef MISTAKE_STEAL_TAIL_FIRST
                tail[me] = tail[me] + n - 1;
#endif
#ifdef REACHED_STEALS_HALF
                assert(n == 1);
#endif
                break
            :: head[victim] != h -> to = 0
            fi
        fi
    od;
    atomic { h = 0; n = 0; t = 0 }
}

/* ---- timers: a heap, and its lock ----------------------------------------- */

inline heap_enter() {
    atomic { !heap_lock -> heap_lock = true }
}

inline heap_leave() {
    heap_lock = false
}

/* Any deadline may have passed. Expiry ends the wait under the heap's lock. A fiber that
 * was woken in the meantime takes itself out before its parker is gone. */
inline expire(f) {
    parker_is_there(f);
#ifdef MISTAKE_EXPIRY_STORES
    was = state[f];
    if
    :: was == address(f) -> parker_is_there(f); state[f] = LOOKING
    :: was != address(f)
    fi
#else
    d_step {
        was = state[f];
        if /* chan_fibers.h: atomic_compare_exchange_strong(&f->parker->state, &parked, CHAN_LOOKING_); */
        :: was == address(f) -> state[f] = LOOKING
        :: else
        fi
    }
#endif
#ifdef REACHED_EXPIRES_WOKEN
    ;
    assert(was == address(f))
#endif
}

inline fire() {
    f = 0;
    heap_enter();
    d_step {
        do
        :: f == SLOTS -> f = 0; break
        :: f < SLOTS && !in_heap(f) -> f++
        :: else -> break
        od
    };
#ifdef MISTAKE_EXPIRY_UNLOCKED
    heap_leave();
#endif
    if
    :: f == 0
    :: f != 0 ->
#ifdef MISTAKE_EXPIRY_LEAVES_FIRST
        heap = heap & ~(1 << f);
        expire(f)
#else
        expire(f);
        heap = heap & ~(1 << f)
#endif
    fi;
#ifndef MISTAKE_EXPIRY_UNLOCKED
    heap_leave();
#endif
    if
    :: f != 0 && was == address(f) -> was = 0; ready(f)
    :: f == 0 || was != address(f)
    fi;
    d_step { f = 0; was = 0 }
}

/* ---- switching ------------------------------------------------------------ */

/* Says who waits: only now, on the next stack, may another worker go on with it. */
inline publish(f) {
    if
    :: timed[f] ->
#ifdef MISTAKE_HEAP_LATE
        parker_is_there(f);
        d_step {
            parked = (state[f] == LOOKING);
            state[f] = (parked -> address(f) : state[f])
        };
        if
        :: parked -> heap_enter(); heap = heap | (1 << f); heap_leave()
        :: !parked
        fi;
#else
        heap_enter();
        heap = heap | (1 << f);
        parker_is_there(f);
        d_step {
            parked = (state[f] == LOOKING);
            state[f] = (parked -> address(f) : state[f])
        };
        if
        :: parked
        :: !parked -> heap = heap & ~(1 << f) /* chan_fibers.h: if (!parked) chan_timer_out_(f); */
        fi;
        heap_leave();
#endif
        if
        :: parked && cur != 0 -> want_help() /* chan_fibers.h: if (parked && is_first && w->current != w->idle) chan_want_help_(NULL); */
        :: !parked || cur == 0
        fi
    :: !timed[f] ->
#ifdef MISTAKE_PUBLISH_OVERWRITES
        parked = true;
        state[f] = address(f)
#else
        d_step {
            assert(parker_lies[f]);
            parked = (state[f] == LOOKING); /* chan_fibers.h: atomic_compare_exchange_strong(&f->parker->state, &looking, (chan_state_)f); */
            state[f] = (parked -> address(f) : state[f])
        }
#endif
    fi;
    if
    :: parked
#ifdef MISTAKE_WOKEN_IS_FORGOTTEN
    :: !parked
#else
    :: !parked -> /* woken meanwhile: no other context makes it ready */
#ifdef REACHED_LANDS_WOKEN
        assert(false);
#endif
        ready(f)
#endif
    fi;
    parked = false
}

/* What the context that was left asked for. */
inline landed() {
    if
    :: from == 0
    :: from != 0 && yields[from] -> /* chan_fibers.h: } else if (f->leaves == CHAN_YIELDS_) { */
        yields[from] = false;
        global!from
    :: from != 0 && ended[from] -> free[from] = true /* chan_fibers.h: chan_free_stack_(w, f); */
    :: from != 0 && !yields[from] && !ended[from] ->
#ifdef MISTAKE_PUBLISH_EARLY
        skip
#else
        publish(from)
#endif
    fi;
    from = 0
}

/* Saves the registers of `cur`, and goes on at `to`. */
inline switch() {
#ifdef MISTAKE_YIELD_EARLY
    if
    :: cur != 0 && yields[cur] -> yields[cur] = false; global!cur; from = 0
    :: cur == 0 || !yields[cur] -> from = cur
    fi;
#elif defined MISTAKE_END_FREES_EARLY
    if
    :: cur != 0 && ended[cur] -> free[cur] = true; from = 0
    :: cur == 0 || !ended[cur] -> from = cur
    fi;
#else
    from = cur;
#endif
    d_step {
        assert(to == 0 || stack_user[to] == 0);
        assert(to == 0 || !ended[to]);
        if
        :: to != 0 -> stack_user[to] = me + 1
        :: else
        fi;
        if
        :: cur != 0 -> stack_user[cur] = 0
        :: else
        fi;
        cur = to;
        to = 0
    };
    landed()
}

/* ---- a worker without a fiber --------------------------------------------- */

#define in_rings \
    (head[0] != tail[0] || (n_workers > 1 && head[WORKERS_MOST - 1] != tail[WORKERS_MOST - 1]))
#define anything (len(global) > 0 || in_rings)

inline look_round() {
    n_looking++;
    if
    :: n_workers > 1 -> steal(1 - me)
    :: n_workers == 1
    fi;
    if
    :: to == 0 -> pick()
    :: to != 0
    fi;
    n_looking--;
    if
    :: n_looking == 0 && to != 0 && anything -> want_help() /* chan_fibers.h: if (--all->n_looking == 0 && f && chan_anything_()) chan_want_help_(NULL); */
    :: n_looking != 0 || to == 0 || !anything
    fi
}

/* Announces itself, looks once more, then sleeps. */
inline sleep() {
#ifdef MISTAKE_SLEEP_UNANNOUNCED
    if
    :: anything || run_next[me] != 0 -> looks = false
    :: !anything && run_next[me] == 0 -> looks = true
    fi;
    sleeping[me] = true;
    n_idle++;
    d_step { naps = (n_idle < n_workers); soon = (heap != 0) };
#else
    sleeping[me] = true; /* chan_fibers.h: w->sleeping = 1; */
    n_idle++;
    d_step { naps = (n_idle < n_workers); soon = (heap != 0) };
    if /* chan_fibers.h: bool none = !chan_anything_() && */
    :: anything || run_next[me] != 0 -> looks = false
    :: !anything && run_next[me] == 0 -> looks = true
    fi;
#endif
    if
    :: !looks
    :: looks ->
end:    if
        :: !sleeping[me]
        /* A nap or a deadline ends; one after which there is nothing to do is no step. */
        :: naps && NAPS && run_next[1 - me] != 0
        :: soon && heap != 0
        fi
    fi;
    sleeping[me] = false;
    n_idle--;
    d_step { looks = false; naps = false; soon = false }
}


/* Looks for work until there is some. */
inline find() {
    pick();
    if
    :: to == 0 && heap != 0 -> fire(); pick()
    :: to != 0 || heap == 0
    fi;
    if
    :: to == 0 -> look_round()
    :: to != 0
    fi;
    if
    :: to == 0 -> sleep()
    :: to != 0 -> switch()
    fi
}

/* ---- what fibers do ------------------------------------------------------- */

#define step program(kind[cur], pc[cur])
#define ON_ENTRY 0
#define PARKING 1
#define BACK 2

/* A wait: first at the semaphore, then parking, then back on any worker. */
inline wait_on(s) {
    if
    :: stage[cur] == ON_ENTRY ->
        d_step {
            state[cur] = LOOKING;
            timed[cur] = (step == WAIT_TIMED);
            if
            :: count[s] > 0 ->
                count[s]--;
                taken[s]++;
                pc[cur]++
            :: else ->
                parker_lies[cur] = true;
                queued[cur] = true;
                stage[cur] = PARKING
            fi
        }
    :: stage[cur] == PARKING ->
        if
        :: state[cur] == WOKEN -> stage[cur] = BACK
        :: state[cur] != WOKEN ->
            stage[cur] = BACK;
            pick();
#ifdef MISTAKE_PUBLISH_EARLY
            f = cur;
            publish(f);
            f = 0;
#endif
            switch()
        fi
    :: stage[cur] == BACK ->
#ifndef MISTAKE_STAYS_IN_HEAP
        if
        :: timed[cur] && in_heap(cur) -> /* chan_fibers.h: if (deadline != CHAN_NEVER_ && f->heap_at >= 0) { */
            heap_enter();
            heap = heap & ~(1 << cur);
            heap_leave()
        :: !timed[cur] || !in_heap(cur)
        fi;
#endif
        if
        :: state[cur] == WOKEN ->
            d_step { parker_lies[cur] = false; taken[s]++; pc[cur]++; stage[cur] = ON_ENTRY }
        :: state[cur] != WOKEN ->
            d_step {
                assert(timed[cur]); /* its time is over */
                if
                :: queued[cur] ->
                    queued[cur] = false;
                    parker_lies[cur] = false;
                    pc[cur]++;
                    stage[cur] = ON_ENTRY
                :: else -> /* it is taken already: its waker will come */
                    timed[cur] = false;
                    stage[cur] = PARKING
                fi
            }
        fi
    fi
}

inline post(s) {
    d_step {
        posted[s]++;
        w = 0;
        do
        :: w == SLOTS -> break
        :: w < SLOTS && queued[w] && (w == 0 -> s == 1 : waits_on(kind[w]) == s) -> break
        :: else -> w++
        od;
        if
        :: w < SLOTS -> queued[w] = false; w++
        :: else -> w = 0; count[s]++
        fi
    };
    wake(w);
    w = 0
}

/* A goroutine of a kind that only ends, on a free stack. */
inline go() {
    d_step {
        w = 1;
        do
        :: w == SLOTS -> break
        :: w < SLOTS && free[w] -> break
        :: else -> w++
        od;
        if
        :: w < SLOTS ->
            assert(stack_user[w] == 0);
            free[w] = false;
            ended[w] = false;
            kind[w] = 0;
            pc[w] = 0;
            started++
        :: else -> w = 0
        fi
    };
    if
    :: w != 0 -> f = w; w = 0; ready(f); f = 0
    :: w == 0
    fi
}

#define ITS_OWN \
    byte p; byte after; byte was; byte w; byte v; byte old; byte f; \
    byte cur; byte to; byte from; byte h; byte n; byte t; \
    bool parked; bool looks; bool naps; bool soon

proctype worker(byte me) {
    ITS_OWN;
    bool is_worker = true;
    do
    :: cur == 0 -> find()
    :: cur != 0 ->
        if
        :: step == WAIT || step == WAIT_TIMED -> wait_on(waits_on(kind[cur]))
        :: step == POST -> post(posts_to(kind[cur])); pc[cur]++
        :: step == GO -> go(); pc[cur]++
        :: step == WRITE -> written = true; pc[cur]++
        :: step == READ && written -> pc[cur]++
        :: step == YIELD ->
            pc[cur]++;
            yields[cur] = true;
            pick();
            switch()
        :: step == END ->
            n_ended++;
            ended[cur] = true;
            pick();
            switch()
        fi
    od
}

#ifdef THREAD
/* Waits at semaphore 1. The thread's parker has number 0. */
inline wait() {
    d_step {
        state[0] = LOOKING;
        if
        :: count[1] > 0 -> count[1]--; looks = false
        :: else -> parker_lies[0] = true; queued[0] = true; looks = true
        fi
    };
    if
    :: looks -> park(NEVER); parker_lies[0] = false
    :: !looks
    fi;
    taken[1]++
}

proctype thread(byte me) {
    ITS_OWN;
    bool is_worker = false;
    THREAD
}
#endif

#ifdef MONITOR
/* Sees that something waits, and that no worker is free for it. */
proctype monitor(byte me) {
    byte v;
end:do
    :: atomic {
#ifdef MISTAKE_MONITOR_FORGETS_NEXT
        anything || heap != 0 ->
#else
        anything || heap != 0 || run_next[0] != 0 || run_next[1] != 0 ->
#endif
        skip };
        if
        :: n_idle > 0 -> kick()
        :: n_idle == 0 && n_workers < WORKERS_MOST ->
            atomic { run worker(n_workers); n_workers++ }
        :: n_idle == 0 && n_workers == WORKERS_MOST
        fi
    od
}
#endif

/* When no step is possible, all that was started has come to its end. */
init {
    byte f;
    atomic {
        f = 1;
        do
        :: f == SLOTS -> break
        :: f <= READY && f < SLOTS ->
            kind[f] = f;
#ifdef IN_RING
            ring[tail[0]] = f;
            tail[0]++;
#elif !defined BY_THREAD
            global!f;
#endif
            started++;
            f++
        :: f > READY && f < SLOTS -> free[f] = true; ended[f] = true; f++
        od;
        f = 0;
        do
        :: f == WORKERS -> break
        :: f < WORKERS -> run worker(f); n_workers++; f++
        od;
#ifdef THREAD
        run thread(0);
#endif
#ifdef MONITOR
        run monitor(0)
#else
        skip
#endif
    };
    timeout;
    assert(n_ended == started);
    assert(heap == 0);
    assert(posted[0] == taken[0] + count[0] && posted[1] == taken[1] + count[1]);
    f = 1;
    do
    :: f == SLOTS -> break
    :: f < SLOTS -> assert(stack_user[f] == 0 && free[f]); f++
    od
}
