/* park.pml -- how a thread waits to be woken once, and how others wake it.
 *
 * Part of section 5 of common/chan.h, for chan.pml, spares.pml and fibers.pml, which say
 * how many THREADS there are and, with parker_is_there(t), that a thread's parker
 * still lies in memory that is its own.
 * SPDX-License-Identifier: 0BSD
 */

#define LOOKING 0
#define PARKED 1
#define WOKEN 2
byte state[THREADS];
byte link[THREADS];   /* the parker's next: a thread, from 1 */
bool asleep[THREADS]; /* says the kernel */

/* Deadlines. One that is SOON may pass at any moment; 1 passes with the clock. */
#define SOON 0
#define NEVER 255
byte date;

/* Looks around, for any time, then parks. */
inline park(until) {
    if
    :: state[me] == WOKEN /* chan.h: if (p->state == CHAN_WOKEN_) return */
    :: true ->
#ifdef MISTAKE_PARK_OVERWRITES
        state[me] = PARKED;
#else
        d_step { /* chan.h: atomic_compare_exchange_strong(&p->state, &looking, CHAN_PARKED_); */
            if
            :: state[me] == LOOKING -> state[me] = PARKED
            :: else
            fi
        };
#endif
        do
        :: state[me] == PARKED -> /* chan.h: while (p->state == CHAN_PARKED_) */
#ifdef MISTAKE_SLEEP_UNSEEN
            asleep[me] = true;
#else
            d_step { /* chan.h: if (chan_sleeps_until_(p, deadline)) continue; */
                asleep[me] = (state[me] == PARKED)
            };
#endif
            if
            :: !asleep[me]
#ifdef process_is_over
            :: process_is_over -> asleep[me] = false; state[me] = GONE
#endif
            :: until <= date -> /* chan.h: return error == 0 || errno != ETIMEDOUT; */
                asleep[me] = false;
                d_step { /* chan.h: atomic_compare_exchange_strong(&p->state, &parked, CHAN_LOOKING_); */
                    if
                    :: state[me] == PARKED -> state[me] = LOOKING
                    :: else
                    fi
                }
            fi
#ifdef MISTAKE_SLEEPS_ONCE
            ;
            break
#endif
        :: state[me] != PARKED -> break
        od
    fi
}

/* Wakes a list. After the exchange its thread may go on: nothing is there then.
 * The system call knows the address only by name. */
inline wake(list) {
    atomic { p = list; was = LOOKING }; /* chan.h: for (struct chan_parker_ *next; p; p = next) { */
    do
    :: p == 0 -> break
    :: p != 0 ->
#ifdef MISTAKE_WAKE_READS_LATE
        d_step { parker_is_there(p - 1); was = state[p - 1]; state[p - 1] = WOKEN };
        parker_is_there(p - 1);
        after = link[p - 1];
#else
        d_step { parker_is_there(p - 1); after = link[p - 1] }; /* chan.h: next = p->next; */
        d_step { /* chan.h: chan_state_ was = atomic_exchange(&p->state, CHAN_WOKEN_); */
            parker_is_there(p - 1);
            was = state[p - 1];
            state[p - 1] = WOKEN
        };
#endif
        if
        :: was == PARKED -> asleep[p - 1] = false /* chan.h: if (was == CHAN_PARKED_) chan_ends_sleep_(p); */
#ifdef fiber_is_ready
        :: was > WOKEN -> fiber_is_ready(was) /* chan.h: else if (was > CHAN_WOKEN_) chan_fiber_ready_((struct chan_fiber_ *)was); */
        :: was < PARKED || was == WOKEN
#else
        :: was != PARKED
#endif
        fi;
        d_step { p = after; after = 0 }
    od
}
