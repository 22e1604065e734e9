/* hooks.h -- what chan.h has to know of the laboratory before its own text.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_HOOKS_H
#define CHAN_LAB_HOOKS_H
#ifndef CHAN_H
#error "include chan.h, and compile with -DCHAN_LAB"
#endif
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sched.h>
#include <semaphore.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>
#if __has_include(<threads.h>)
#include <threads.h>
#endif
#include <time.h>
#undef CHAN_LAB_
#define CHAN_LAB_(field) field
/* Behind the NUL of a place or a case stands the source text of the channel that it is about. */
#undef CHAN_AT_
#define CHAN_AT_(spelled) __FILE__ ":" CHAN_STRING_(__LINE__) "\0" spelled
#undef chan_case_
#define chan_case_(c, kind, v, ok) ((struct chan_case){ \
    .chan_ = chan_ptr_(c), .kind_ = kind, .value_ = v, .ok_ = ok, .spelled_ = #c })
/* A file with the laboratory and one without do not link. Without it, this name belongs to a
 * variable. Here it belongs to nothing, which is the address 0, and no other address fits into two
 * bytes. Some linkers (gold, or one that optimizes) do not see it: then the program ends at its
 * start. */
extern char chan_lab_plain_[] __asm__("chan_program_") __attribute__((weak, visibility("hidden")));
__asm__(".pushsection .chan_lab, \"\", @progbits\n.weak chan_program_\n"
        ".2byte chan_program_ + 0xf000\n.popsection");
#define chan_program_ chan_program_with_lab_

struct chan_; struct chan_case; struct chan_goroutine_; struct chan_parker_; struct chan_waiter_;
struct waitgroup;
/* The first few goroutines that have used one end of a channel. */
struct chan_lab_user_ { int number; const char *name; };
struct chan_lab_users_ { atomic_int n; struct chan_lab_user_ who[8]; };
struct chan_lab_closer_ { struct chan_lab_user_ who; const char *at; }; /* of a channel */
struct chan_lab_chan_ {  /* in each channel; its lock guards it, ours the list */
    struct chan_ *prev, *next;
    int number; char kind; /* of its values: a letter, see chan_lab_kind_(), or 0 */
    const char *at;        /* where it was made */
    unsigned long long sent, received;
    struct chan_lab_users_ senders, receivers;
    struct chan_lab_user_ filled[8]; /* the senders of buffered values: of the n-th, n modulo 8 */
    struct chan_lab_closer_ closer;  /* where it was closed; otherwise at is NULL */
};
struct chan_lab_parker_ { /* in each parker */
    struct chan_lab_goroutine_ *who; /* waits, under a seed; guarded by our lock */
    struct chan_lab_goroutine_ *owner; /* waits, or is about to; guarded by the channel's lock */
    unsigned long long nth;          /* the value that was handed over is the channel's nth */
    int by;                          /* the goroutine that wakes it */
};
struct chan_lab_wg_ { /* in each wait group, changed with its lock */
    struct waitgroup *_Atomic self; const char *_Atomic added_at; atomic_llong count;
    struct chan_lab_users_ done;
};
enum chan_lab_kind_of_op_ {
    CHAN_LAB_NONE_, CHAN_LAB_RECV_, CHAN_LAB_SEND_, CHAN_LAB_CLOSE_, CHAN_LAB_SELECT_,
    CHAN_LAB_WAIT_, CHAN_LAB_ADD_, CHAN_LAB_SLEEP_, CHAN_LAB_START_, CHAN_LAB_END_,
    CHAN_LAB_BLOCK_, CHAN_LAB_WAKE_, CHAN_LAB_GO_, CHAN_LAB_MUTEX_, CHAN_LAB_RWLOCK_,
    CHAN_LAB_COND_, CHAN_LAB_ONCE_, CHAN_LAB_JOIN_, CHAN_LAB_LOOK_, CHAN_LAB_UNLOCK_,
    CHAN_LAB_ABORT_, CHAN_LAB_ATOMIC_, CHAN_LAB_FREE_, CHAN_LAB_CREATE_, CHAN_LAB_SIGNAL_,
    CHAN_LAB_SEM_, CHAN_LAB_BARRIER_, CHAN_LAB_SPIN_,
    CHAN_LAB_SYSTEM_ /* a system call that waits for the outside; op.n is its descriptor, or -1 */
};
struct chan_lab_op_ { /* what a goroutine does, or is about to */
    atomic_int kind; /* these are read by others at any time, the rest while it is parked */
    const char *_Atomic at; /* file:line, behind its NUL the expression as the source spells it */
    struct chan_ *_Atomic chan; atomic_llong n; /* of a select, how many cases */
    const struct chan_case *cases; struct waitgroup *wg;
};
struct chan_lab_event_ {
    long long when, lasted; atomic_int kind; int doing, by, chan;
    const char *at, *spelled, *made; unsigned long long nth, len;
    int which, of; bool closed, buffered; char value_kind; unsigned char value[16];
};
struct chan_lab_events_ {
    struct chan_lab_events_ *_Atomic next; atomic_int n; int room; struct chan_lab_event_ event[];
};
/* A lock that a goroutine holds, since where; `how` says for what, see lab/locks.h. */
struct chan_lab_held_ {
    const void *_Atomic lock; const char *_Atomic at; atomic_int how, depth; };
struct chan_lab_holds_ { struct chan_lab_held_ held[8]; struct chan_lab_holds_ *_Atomic more; };
struct chan_lab_goroutine_ {
    struct chan_lab_goroutine_ *prev, *next; /* of those that live, in order of creation */
    int number, by; const char *name, *at;   /* its creator, and where; main is number 1 */
    struct chan_lab_op_ op;
    int last_kind; const char *last_at; /* what it did before, and where */
    struct waitgroup *_Atomic group; /* wg_go() counted it there, until it is done; or NULL */
    struct chan_lab_closer_ closed_by;  /* its send was blocked, and the channel was closed */
    struct chan_parker_ *parked; bool parked_timed; /* where it sleeps; guarded by our lock */
    pthread_t thread; pid_t tid; struct chan_lab_thread_ *joins; /* for that it waits */
    struct chan_lab_holds_ holds; const void *wants; /* the lock that it waits for, or NULL */
    const void *mutex; bool wants_mutex; /* a condition's waiter: needs it again, once woken */
    bool kept_out; /* under a seed: from reading, while a writer waits */
    bool asleep; long falls_asleep; /* without a seed: in the real call of a lock; how often */
    const void *copy; /* of the value that go() was given: what arg points to, or NULL */
    unsigned long long nth, len; /* of the value just sent or received; in the buffer then */
    /* It waits for the outside, under a seed: has that come? Or has a signal handler run? */
    bool (*has_come)(const struct chan_lab_goroutine_ *g, bool idle); const void *outside;
    bool interrupted, cancelled; /* pthread_cancel() has been called for it */
    /* Under a seed: */
    enum { CHAN_LAB_READY_, CHAN_LAB_BLOCKED_, CHAN_LAB_OUTSIDE_ } state;
    long long deadline; atomic_int turn; const void *waits_for; bool draws, is_thread;
    int idle, gave_way; /* how often it has only looked, since when; and gave way to others */
    const char *gave_way_at; unsigned long long priority; /* under a stubborn seed */
    const char *was_at; /* its last operation */
    struct lab_fiber *fiber; /* or NULL: it is a thread */
    /* With a trace or CHAN_FLIGHT: */
    struct chan_lab_events_ *_Atomic events, *last_events;
    struct { long long when, cpu; long switches; } left; /* its last operation, without a seed */
};
#define CHAN_LAB_UNKNOWN_ ULLONG_MAX
struct chan_lab_sometimes_ { const char *name, *at; atomic_bool seen; }; /* of lab_sometimes() */
/* Our lock, the signal that waits for it, and the program's own pthread_setcancelstate(). */
struct chan_lab_own_ { bool holds; int died, cancel; };
extern _Thread_local volatile struct chan_lab_own_ chan_lab_own_;
extern _Thread_local struct chan_lab_goroutine_ *chan_lab_me_;
struct chan_lab_ {
    bool begun, seeded, first, leaks, mentions, tracing; /* set before main, then constant */
    int flight; /* how many events of each goroutine are printed at the end, or 0 */
    pthread_mutex_t lock; /* guards the rest */
    pthread_key_t at_end; pid_t pid; /* of the process that all this is about */
    struct chan_lab_name_ { /* from lab_name() */
        struct chan_lab_name_ *next; char text[]; } *names;
    int numbers, channels_made; struct chan_lab_goroutine_ *live, *last, *ended;
    struct chan_ *channels;
    struct chan_lab_copy_ { /* of a wait group, that was used */
        const void *of; const char *at; int number; const char *name; } copies[8];
    int n_copies, awake, timed, in_locks; atomic_int rests; /* the watcher, without a seed */
    void (*handlers[65])(int); /* of signals, at the start */
    struct chan_lab_left_ *left; /* what goroutines held when they ended; see lab/locks.h */
    struct chan_lab_signal_ { /* the last signal of a condition; is_heard if a goroutine waited */
        const void *of; const char *at; bool waited, is_first, is_heard;
        /* The goroutine that the signal woke, or 0; of a semaphore: the one that took it last. */
        int number; const char *name; } signals[64];
    struct chan_lab_thread_ *threads; pid_t strangers[8]; int n_strangers;
    /* Under a seed: */
    struct chan_lab_goroutine_ *running; /* has the turn, or NULL */
    bool fibers, told_held_up; /* go() starts fibers; a system call holds up all of them */
    unsigned long long random; long long now, idle, steps; int outside; bool watched, warned;
    int outsiders; /* goroutines with has_come; those that are just `outside` run by themselves */
    int kept; /* how often in a row the same goroutine has kept the turn */
    long long polls; /* looks and sleeps since the last progress of any goroutine */
    bool told_poller;
    int most_at_work; /* goroutines at once; see lab_replay_count_work() */
    struct chan_lab_goroutine_ *leaver; long long last_step; /* exits when no other can go on */
    char *schedule, *line; long long choice; bool retried;
    /* With a trace: */
    int trace_to, status; long long began, day; atomic_llong shown; const char *program;
    atomic_int written; struct chan_lab_once_ *onces;
};
extern struct chan_lab_ chan_lab_;

/* chan.h calls these, and by way of lab/names.h the program does. Each file of a program contains
 * the functions. With -DCHAN_LAB_LINKED they are in lab/lab.c's object only. */
#ifdef CHAN_LAB_LINKED
#define LAB_CALL_ __attribute__((visibility("hidden")))
#else
#define LAB_CALL_ static inline
#endif
static inline bool chan_lab_replays_(void) { /* not in a signal handler under our lock */
    return chan_lab_.seeded && chan_lab_me_ && !chan_lab_own_.holds;
}
/* Of the engine, the laboratory has these of its own: chan.h says what they do. */
LAB_CALL_ long long chan_now_(void);
LAB_CALL_ bool chan_park_(struct chan_parker_ *p, long long deadline);
LAB_CALL_ void chan_wake_(struct chan_parker_ *p);
LAB_CALL_ void chan_start_(struct chan_goroutine_ g);
LAB_CALL_ long long lab_state_now(void);
LAB_CALL_ size_t lab_replay_draw(size_t n);
LAB_CALL_ void lab_wrap_sent(struct chan_ *c, struct chan_waiter_ *receiver);
LAB_CALL_ void lab_wrap_received(struct chan_ *c, struct chan_waiter_ *sender);
LAB_CALL_ void lab_wrap_closed(struct chan_ *c);
LAB_CALL_ void lab_wrap_woken_by_close(struct chan_waiter_ *w);
LAB_CALL_ void lab_report_panic(void);
LAB_CALL_ void lab_wrap_counted(struct waitgroup *wg, long long n, const char *at);
LAB_CALL_ struct chan_lab_goroutine_ *lab_wrap_create(const char *at);
LAB_CALL_ void lab_wrap_start(struct chan_lab_goroutine_ *g);
LAB_CALL_ void lab_wrap_end_goroutine(void);
LAB_CALL_ int lab_wrap_pthread_create(pthread_t *id, const pthread_attr_t *attr,
                                      void *(*f)(void *), void *arg, const char *at);
#define pthread_create(id, attr, f, arg) \
    lab_wrap_pthread_create(id, attr, f, arg, CHAN_AT_(#f))
/* The hooks of chan.h that the laboratory uses. */
#undef chan_hook_draws_
#define chan_hook_draws_(n, drawn) \
    (*(drawn) = chan_lab_replays_() ? lab_replay_draw(n) : *(drawn))
#undef chan_hook_sends_
#define chan_hook_sends_(c, slot, receiver) lab_wrap_sent(c, receiver)
#undef chan_hook_receives_
#define chan_hook_receives_(c, slot, sender) lab_wrap_received(c, sender)
#undef chan_hook_waited_
#define chan_hook_waited_(w, served, sends) \
    (chan_lab_me_->nth = (served) ? (w)->parker->lab.nth : chan_lab_me_->nth)
#undef chan_hook_enqueues_
#define chan_hook_enqueues_(w) ((w)->parker->lab.owner = chan_lab_me_)
#undef chan_hook_closes_
#define chan_hook_closes_(c) lab_wrap_closed(c)
#undef chan_hook_is_ended_
#define chan_hook_is_ended_(w) lab_wrap_woken_by_close(w)
#undef chan_hook_panics_
#define chan_hook_panics_() lab_report_panic()
#undef chan_hook_counts_
#define chan_hook_counts_(wg, n, at) lab_wrap_counted(wg, n, at)
#undef chan_hook_creates_
#define chan_hook_creates_(g) \
    ((g)->lab = lab_wrap_create((g)->at), (g)->lab->copy = (g)->copy, (g)->lab->group = (g)->wg)
#undef chan_hook_starts_
#define chan_hook_starts_(g) lab_wrap_start((g)->lab)
#undef chan_hook_ends_
#define chan_hook_ends_() lab_wrap_end_goroutine()

#endif
