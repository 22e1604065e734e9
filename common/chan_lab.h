/* chan_lab.h -- the laboratory: see what goroutines do, be told when they are stuck, replay them.
 *
 *     cc -std=c11 -g -pthread -DCHAN_LAB prog.c     // chan.h includes this file, beside it
 *     ./a.out                                       // says who waits for whom, if all are stuck
 *     CHAN_LEAKS=1 ./a.out                          // ... and at the end who, or what, is left
 *     CHAN_TRACE=out.json ./a.out                   // a picture of the run, for ui.perfetto.dev
 *     CHAN_SEED=7 ./a.out                           // one goroutine at a time, 7 says which
 *
 * CHAN_SEED=first lets each goroutine go on until it waits, and then the first that was created.
 * CHAN_CHOICES=FILE writes down who was chosen, CHAN_SCHEDULE=FILE chooses so again. Under a seed
 * time is virtual: it stands still while anyone can go on, then jumps to the next deadline. Exit
 * statuses: 3 all goroutines are asleep, 4 leaks (only if it would have been 0).
 *
 * How it sees: chan.h calls it at its hooks, CHAN_LAB_(...); at the end of chan.h the operations'
 * names are redirected to functions here, which note what begins, call the operation, and note what
 * came of it. So are pthread_create() and what else can block, as far as section 7 lists it.
 *
 * How a deadlock is found, without a seed: `awake` counts the threads that are not parked in an
 * operation of chan.h, `timed` those parked until a deadline. Who wakes a parked thread counts it
 * as awake before that can know; so when both are 0, nobody is left to wake anybody. A thread that
 * nobody counts (a library's) could: while one lives, nothing is said.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_H
#define CHAN_LAB_H
/* ===== 1. What chan.h has to know first ====================================================== */
#ifndef CHAN_H
#error "include chan.h, and compile with -DCHAN_LAB"
#endif
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sched.h>
#include <semaphore.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/uio.h>
#if __has_include(<threads.h>)
#include <threads.h>
#endif
#include <time.h>
#undef CHAN_LAB_
#define CHAN_LAB_(...) __VA_ARGS__
/* A file with the laboratory and one without do not link: there this name belongs to a variable,
 * here to nothing, which is the address 0, and two bytes have no room for any other address. What
 * a linker lets pass nevertheless (gold, or one that optimizes) ends when it starts. */
extern char chan_lab_plain_[] __asm__("chan_program_") __attribute__((weak, visibility("hidden")));
__asm__(".pushsection .chan_lab, \"\", @progbits\n.weak chan_program_\n"
        ".2byte chan_program_ + 0xf000\n.popsection");
#define chan_program_ chan_program_with_lab_

struct chan_; struct chan_case; struct chan_parker_; struct chan_waiter_; struct waitgroup;
/* The goroutines that have used one end of a channel, the first few of them. */
struct chan_lab_users_ { atomic_int n; struct { int number; const char *name; } who[8]; };
struct chan_lab_chan_ {  /* in each channel; guarded by its lock, but the list by ours */
    struct chan_ *prev, *next;
    int number; char kind; /* of its values: a letter, see chan_lab_kind_(), or 0 */
    const char *at;        /* where it was made */
    unsigned long long sent, received;
    struct chan_lab_users_ senders, receivers;
};
struct chan_lab_parker_ { /* in each parker */
    struct chan_lab_goroutine_ *who; /* under a seed, who waits; guarded by our lock */
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
    CHAN_LAB_ABORT_
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
struct chan_lab_goroutine_ {
    struct chan_lab_goroutine_ *prev, *next; /* of those that live, in order of creation */
    int number, by; const char *name, *at;   /* who created it, where; main is number 1 */
    struct chan_lab_op_ op;
    struct chan_parker_ *parked; bool parked_timed; /* where it sleeps; guarded by our lock */
    pthread_t thread; pid_t tid; struct chan_lab_thread_ *joins; /* for that it waits */
    const void *copy; /* of the value that go() was given: what arg points to, or NULL */
    unsigned long long nth, len; /* of the value just sent or received; in the buffer then */
    /* Under a seed: */
    enum { CHAN_LAB_READY_, CHAN_LAB_BLOCKED_, CHAN_LAB_OUTSIDE_ } state;
    long long deadline; atomic_int turn; const void *waits_for; bool draws, is_thread;
    int idle, gave_way; /* how often it has only looked, since when; and gave way to others */
    /* With a trace: */
    struct chan_lab_events_ *_Atomic events, *last_events; const struct chan_lab_event_ *open;
};
#define CHAN_LAB_UNKNOWN_ ULLONG_MAX
struct chan_lab_own_ { bool holds; int died; }; /* our lock, and the signal that waits for it */
extern _Thread_local volatile struct chan_lab_own_ chan_lab_own_;
extern _Thread_local struct chan_lab_goroutine_ *chan_lab_me_;
struct chan_lab_ {
    bool begun, seeded, first, leaks, tracing; /* set before main, then constant */
    pthread_mutex_t lock; /* guards the rest */
    pthread_key_t at_end; pid_t pid; /* of the process that all this is about */
    int numbers, channels_made; struct chan_lab_goroutine_ *live, *last, *ended;
    struct chan_ *channels; 
    struct chan_lab_copy_ { /* of a wait group, that was used */
        const void *of; const char *at; int number; const char *name; } copies[8];
    int n_copies, awake, timed;
    struct chan_lab_thread_ *threads; pid_t strangers[8]; int n_strangers;
    /* Under a seed: */
    struct chan_lab_goroutine_ *running; /* who has the turn, or NULL */
    unsigned long long random; long long now, idle, steps; int outside; bool watched, warned;
    int kept; /* how often in a row the same goroutine has kept the turn */
    struct chan_lab_goroutine_ *leaver; long long last_step; /* exits when no other can go on */
    char *schedule, *line; long long choice; bool retried;
    /* With a trace: */
    int trace_to, status; long long began, day; atomic_llong shown; const char *program;
    atomic_int written; struct chan_lab_once_ *onces;
};
extern struct chan_lab_ chan_lab_;

static inline bool chan_lab_replays_(void) { /* not in a signal handler that meets us locked */
    return chan_lab_.seeded && chan_lab_me_ && !chan_lab_own_.holds;
}
static inline long long chan_lab_now_(void);
static inline bool chan_lab_park_(struct chan_parker_ *p, long long deadline);
static inline void chan_lab_falls_asleep_(struct chan_parker_ *p, long long deadline);
static inline void chan_lab_wakes_up_(struct chan_parker_ *p, long long deadline);
static inline void chan_lab_counts_awake_(void);
static inline int chan_lab_wakes_(struct chan_parker_ *p);
static inline size_t chan_lab_draws_(size_t n);
static inline void chan_lab_uses_(struct chan_lab_users_ *users);
static inline void chan_lab_sends_(struct chan_ *c, struct chan_waiter_ *receiver);
static inline void chan_lab_receives_(struct chan_ *c, struct chan_waiter_ *sender);
static inline void chan_lab_counts_(struct waitgroup *wg, long long n, const char *at);
static inline struct chan_lab_goroutine_ *chan_lab_creates_(const char *at);
static inline void chan_lab_starts_(struct chan_lab_goroutine_ *g);
static inline void chan_lab_ends_(void);
static inline int chan_lab_pthread_create_(pthread_t *id, const pthread_attr_t *attr,
                                           void *(*f)(void *), void *arg, const char *at);
#define pthread_create(id, attr, f, arg) \
    chan_lab_pthread_create_(id, attr, f, arg, CHAN_AT_(#f))

#else /* ----- the second time, at the end of chan.h ----------------------------------------- */
/* ===== 2. The state, one for the program ===================================================== */
_Thread_local struct chan_lab_goroutine_ *chan_lab_me_ __attribute__((weak));
struct chan_lab_ chan_lab_ __attribute__((weak)) = { .lock = PTHREAD_MUTEX_INITIALIZER };
_Thread_local volatile struct chan_lab_own_ chan_lab_own_ __attribute__((weak));
static inline void chan_lab_enter_(void) {
    chan_lab_own_.holds = true;
    (pthread_mutex_lock)(&chan_lab_.lock);
}
static inline void chan_lab_leave_(void) {
    (pthread_mutex_unlock)(&chan_lab_.lock);
    chan_lab_own_.holds = false;
    if (chan_lab_own_.died) raise(chan_lab_own_.died); /* the signal has waited for this */
}
#define chan_lab_each_(g) \
    for (struct chan_lab_goroutine_ *g = chan_lab_.live; g; g = g->next)
static inline const char *chan_lab_spelled_(const char *at) { return at + strlen(at) + 1; }
static inline void *chan_lab_alloc_(size_t size) {
    void *p = calloc(1, size);
    if (!p) chan_panic_("the laboratory has no memory: %s\n", strerror(ENOMEM));
    return p;
}
/* Text for a file: as it is needed in a signal handler too, without stdio's locks. */
struct chan_lab_out_ { int to; size_t n; bool failed; char text[4096]; };
static inline void chan_lab_cannot_write_(struct chan_lab_out_ *o) {
    const char *what = o->to == chan_lab_.trace_to ? "CHAN_TRACE" : "CHAN_CHOICES";
    if (!o->failed && o->to != 2) dprintf(2, "%s is cut off: %s\n", what, strerror(errno));
    o->failed = true;
}
static inline void chan_lab_flush_(struct chan_lab_out_ *o) {
    for (size_t i = 0; o->to >= 0 && i < o->n;) {
        ssize_t n = write(o->to, o->text + i, o->n - i);
        if (n < 0 && errno == EAGAIN) (nanosleep)(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        else if (n < 0 && errno != EINTR) { chan_lab_cannot_write_(o); break; }
        i += n > 0 ? (size_t)n : 0;
    }
    o->n = 0;
}
__attribute__((format(printf, 2, 3)))
static inline void chan_lab_put_(struct chan_lab_out_ *o, const char *format, ...) {
    for (int again = 0; again < 2; again++) {
        va_list args;
        va_start(args, format);
        int n = vsnprintf(o->text + o->n, sizeof o->text - o->n, format, args);
        va_end(args);
        if (n < 0) return;
        if ((size_t)n < sizeof o->text - o->n) { o->n += (size_t)n; return; }
        if (again) o->n = sizeof o->text - 1; /* a piece longer than all the room is cut */
        chan_lab_flush_(o);
    }
}
static inline void chan_lab_put_bytes_(struct chan_lab_out_ *o, const void *from, size_t n) {
    if (o->n + n > sizeof o->text) chan_lab_flush_(o);
    memcpy(o->text + o->n, from, n);
    o->n += n;
}
/* Nanoseconds since the program's start: virtual under a seed, and then one more for each look, so
 * that what happens in no time still has an order. */
static inline long long chan_lab_real_(void) {
    struct timespec t;
    (clock_gettime)(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}
enum { CHAN_LAB_EPOCH_S_ = 1000 }; /* what the virtual clock shows when the program starts */
static inline long long chan_lab_now_(void) {
    return chan_lab_me_ ? CHAN_LAB_EPOCH_S_ * 1000000000LL + chan_lab_.now : chan_lab_real_();
}
static inline long long chan_lab_clock_(void) {
    for (long long last = chan_lab_.shown, next; chan_lab_.seeded;) {
        next = (last > chan_lab_.now ? last : chan_lab_.now) + 1;
        if (atomic_compare_exchange_strong(&chan_lab_.shown, &last, next)) return next;
    }
    return chan_lab_real_() - chan_lab_.began;
}

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

/* ===== 4. Threads: who is awake ============================================================== */
struct chan_lab_thread_ { /* those that are counted */
    struct chan_lab_thread_ *prev, *next; pid_t tid; /* 0: not started yet */
    pthread_t id; struct chan_lab_goroutine_ *joiner; /* asleep until we end */
    void *(*f)(void *), *arg; struct chan_lab_goroutine_ *g;
};
static inline void chan_lab_lists_(struct chan_lab_thread_ *t) { /* with the lock */
    t->prev = NULL;
    if ((t->next = chan_lab_.threads)) t->next->prev = t;
    chan_lab_.threads = t;
}
static inline void chan_lab_unlists_(struct chan_lab_thread_ *t) {
    *(t->prev ? &t->prev->next : &chan_lab_.threads) = t->next;
    if (t->next) t->next->prev = t->prev;
}
/* What the kernel says of a thread: 'R' runs or could, 'S' waits for something, 'Z' and 'X' have
 * ended (main's thread stays until the program ends), '?' unknown. */
static inline char chan_lab_kernel_says_(pid_t tid, long long *cpu_ms) {
    char path[64], text[512] = "", *p; unsigned long long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)tid);
    int from = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = from < 0 ? -1 : read(from, text, sizeof text - 1);
    bool gone = n < 0 && (errno == ENOENT || errno == ESRCH);
    if (from >= 0) close(from);
    if (n <= 0 || !(p = strrchr(text, ')')) || strlen(p) < 3) return gone ? 'X' : '?';
    sscanf(p + 2, "%*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu %llu", &user, &system);
    *cpu_ms = (long long)(user + system) * 10;
    return p[2];
}
/* Calls look(tid) for each thread of the process until it is true, and returns whether it was; or
 * true, if nobody can tell. */
static inline bool chan_lab_any_thread_(bool (*look)(pid_t)) {
    DIR *tasks = opendir("/proc/self/task");
    bool found = !tasks;
    for (struct dirent *d; !found && (d = readdir(tasks));)
        if (d->d_name[0] != '.') found = look((pid_t)strtol(d->d_name, NULL, 10));
    if (tasks) closedir(tasks);
    return found;
}
static inline bool chan_lab_is_excused_(pid_t tid) { /* it wakes nobody */
    long long cpu;
    for (int i = 0; i < chan_lab_.n_strangers; i++)
        if (chan_lab_.strangers[i] == tid) return true;
    char state = chan_lab_kernel_says_(tid, &cpu);
    return state == 'Z' || state == 'X';
}
static inline bool chan_lab_is_stranger_(pid_t tid) {
    for (struct chan_lab_thread_ *t = chan_lab_.threads; t; t = t->next)
        if (t->tid == tid) return false;
    return !chan_lab_is_excused_(tid);
}
static inline bool chan_lab_excuses_(pid_t tid) { /* a sanitizer's own thread, before main */
    if (chan_lab_is_stranger_(tid) && chan_lab_.n_strangers < 8)
        chan_lab_.strangers[chan_lab_.n_strangers++] = tid;
    return false;
}
static inline bool chan_lab_nobody_else_(void) { /* twice: who ends now may hide one in the list */
    return !chan_lab_any_thread_(chan_lab_is_stranger_)
           && !chan_lab_any_thread_(chan_lab_is_stranger_);
}
/* With the lock, which it lets go meanwhile. The last to fall asleep looks whether all are, ever
 * less often, until it is woken: a thread that nobody counts may end, and one that has just ended
 * is still listed. Who does not sleep in a parker looks for a moment only. */
static inline void chan_lab_looks_around_(atomic_int *parker, long long deadline) {
    for (int ms = 1, n = 0; parker || n < 10; n++, ms += ms < 50 ? ms : 0) {
        if (chan_lab_.seeded || chan_lab_.awake || chan_lab_.timed || !chan_lab_.live) return;
        if (parker && (*parker != CHAN_PARKED_ || chan_lab_real_() >= deadline)) return;
        if (chan_lab_nobody_else_()) chan_lab_deadlock_();
        chan_lab_leave_();
        struct timespec t = { .tv_nsec = ms * 1000000 };
        if (!parker) (nanosleep)(&t, NULL);
        else syscall(SYS_futex, parker, 128 /* WAIT, private */, CHAN_PARKED_, &t, NULL, 0);
        chan_lab_enter_();
    }
}
static inline void chan_lab_counts_awake_(void) {
    chan_lab_enter_();
    chan_lab_.awake++;
    chan_lab_leave_();
}
static inline struct chan_lab_goroutine_ *chan_lab_adds_(const char *name, const char *at) {
    struct chan_lab_goroutine_ *g = chan_lab_alloc_(sizeof *g);
    chan_lab_enter_();
    *g = (struct chan_lab_goroutine_){ .prev = chan_lab_.last, .number = ++chan_lab_.numbers,
        .by = chan_lab_me_ ? chan_lab_me_->number : 0, .name = name, .at = at,
        .op = { CHAN_LAB_START_, .at = at }, .deadline = CHAN_NEVER_ };
    *(chan_lab_.last ? &chan_lab_.last->next : &chan_lab_.live) = g;
    chan_lab_.last = g;
    chan_lab_leave_();
    return g;
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
/* With the lock: who joins a thread is awake again. */
static inline void chan_lab_joined_(struct chan_lab_thread_ *t) {
    if (!t || !t->joiner) return;
    t->joiner->joins = NULL, t->joiner = NULL;
    chan_lab_.awake++;
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
    chan_lab_looks_around_(NULL, 0);
    chan_lab_unlists_(&ending);
    chan_lab_leave_();
    free(t);
}
static inline void chan_lab_is_watched_(void);
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
static inline void chan_lab_in_child_(void);
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

/* ===== 5. Under a seed: one goroutine at a time ============================================== */
/* Who has the turn runs; all others wait for theirs at a futex of their own. The turn is passed on
 * at each operation's start, and when its holder waits, sleeps or ends. A goroutine that the kernel
 * holds up loses it, and counts as outside until it comes back to one of our functions. */
struct chan_lab_out_ chan_lab_log_ __attribute__((weak)) = { .to = -1 };
static inline unsigned long long chan_lab_dice_(void) { /* Sebastiano Vigna's splitmix64 */
    unsigned long long z = chan_lab_.random += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}
/* The next line of CHAN_SCHEDULE, if it is one of `word` and a number; otherwise -1. */
static inline long chan_lab_scheduled_(const char *word) {
    char *line = chan_lab_.schedule;
    while (line && (line += strspn(line, " \t\r\n"), *line == '#')) line += strcspn(line, "\n");
    if (!line || !*line) return chan_lab_.schedule = NULL, -1;
    chan_lab_.choice++, chan_lab_.line = line;
    size_t n = strlen(word);
    chan_lab_.schedule = line + strcspn(line, "\n");
    return strncmp(line, word, n) ? -1 : strtol(line + n, NULL, 10);
}
static inline void chan_lab_misfit_(void) {
    dprintf(2, "schedule does not fit: choice %lld is %.*s\n", chan_lab_.choice,
            (int)strcspn(chan_lab_.line, "\t#\n"), chan_lab_.line);
    chan_lab_.schedule = NULL;
}
/* One of n, as the seed or the schedule says. */
static inline size_t chan_lab_picks_(size_t n) {
    size_t i = 0;
    long scheduled = chan_lab_.schedule && n > 1 ? chan_lab_scheduled_("pick ") : -1;
    if (n < 2) return 0;
    if (scheduled >= 0 && (size_t)scheduled < n) i = (size_t)scheduled;
    else if (chan_lab_.schedule) chan_lab_misfit_();
    else if (!chan_lab_.first) i = (size_t)((chan_lab_dice_() >> 32) * n >> 32);
    chan_lab_put_(&chan_lab_log_, "pick %zu of %zu\t# %d %s: ", i, n, chan_lab_me_->number,
                  chan_lab_me_->name);
    chan_lab_put_what_(&chan_lab_log_, &chan_lab_me_->op);
    chan_lab_put_(&chan_lab_log_, "\n");
    return i;
}
static inline size_t chan_lab_draws_(size_t n) { /* for a select */
    if (!chan_lab_me_->draws) return n - 1;
    chan_lab_enter_();
    size_t i = chan_lab_picks_(n);
    chan_lab_leave_();
    return n - 1 - i; /* the first choice leaves the cases as they are written */
}
static inline void chan_lab_gets_ready_(struct chan_lab_goroutine_ *g) {
    g->state = CHAN_LAB_READY_, g->deadline = CHAN_NEVER_;
}
/* Time goes on to `when`; who slept until then is ready. */
static inline void chan_lab_time_goes_on_(long long when) {
    if (when / 1000000 > chan_lab_.now / 1000000)
        chan_lab_put_(&chan_lab_log_, "# %lld ms\n", when / 1000000);
    if (when > chan_lab_.now) chan_lab_.now = when;
    chan_lab_each_(g)
        if (g->state == CHAN_LAB_BLOCKED_ && g->deadline <= chan_lab_.now) chan_lab_gets_ready_(g);
    chan_lab_.idle = 0;
}
static inline long long chan_lab_next_deadline_(void) {
    long long next = CHAN_NEVER_;
    chan_lab_each_(g) if (g->state == CHAN_LAB_BLOCKED_ && g->deadline < next) next = g->deadline;
    return next;
}
static inline bool chan_lab_retries_(void) { /* those that wait for a lock, once */
    bool any = false;
    chan_lab_each_(g)
        if (g->state == CHAN_LAB_BLOCKED_ && !chan_lab_.retried
            && (g->op.kind == CHAN_LAB_MUTEX_ || g->op.kind == CHAN_LAB_RWLOCK_
                || g->op.kind == CHAN_LAB_COND_))
            chan_lab_gets_ready_(g), any = true;
    chan_lab_.retried = true;
    return any;
}
/* Who goes on: NULL if only somebody outside could change anything. */
static inline struct chan_lab_goroutine_ *chan_lab_next_(struct chan_lab_goroutine_ *now,
                                                         bool yields) {
    static struct chan_lab_goroutine_ **list; static size_t room;
    size_t n, i = 0;
    for (;;) { /* we, or, if we yield, those created after us; then the others, or they and we */
        bool goes_on = now && now->state == CHAN_LAB_READY_, after = goes_on && yields;
        n = 0;
        if (room < (size_t)chan_lab_.numbers) {
            list = realloc(list, (room = 2 * (size_t)chan_lab_.numbers) * sizeof *list);
            if (!list) chan_panic_("the laboratory has no memory: %s\n", strerror(ENOMEM));
        }
        if (goes_on && !yields) list[n++] = now;
        for (int pass = !after; pass < 2; pass++)
            chan_lab_each_(g)
                if (g->state == CHAN_LAB_READY_ && g != now
                    && (!after || (pass == 0) == (g->number > now->number))) list[n++] = g;
        if (after) list[n++] = now;
        if (chan_lab_.leaver && (n == 0 || chan_lab_.steps > chan_lab_.last_step))
            chan_lab_gets_ready_(list[0] = chan_lab_.leaver), n = 1;
        if (n == 1) return list[0];
        if (n > 1) break;
        if (chan_lab_.outside > 0) return chan_lab_is_watched_(), NULL;
        long long deadline = chan_lab_next_deadline_();
        if (deadline < CHAN_NEVER_) chan_lab_time_goes_on_(deadline);
        else if (!chan_lab_retries_()) {
            if (chan_lab_.live && chan_lab_nobody_else_()) chan_lab_deadlock_();
            return chan_lab_is_watched_(), NULL;
        }
    }
    bool star = now && list[0] == now;
    long scheduled = chan_lab_.schedule ? chan_lab_scheduled_("run ") : -1;
    if (chan_lab_.schedule || scheduled >= 0) {
        for (i = 0; i < n && list[i]->number != scheduled;) i++;
        if (i == n) i = 0, chan_lab_misfit_();
    } else if (!chan_lab_.first) i = (size_t)((chan_lab_dice_() >> 32) * n >> 32);
    if (chan_lab_log_.to >= 0) {
        chan_lab_put_(&chan_lab_log_, "run %d of", list[i]->number);
        for (size_t k = 0; k < n; k++)
            chan_lab_put_(&chan_lab_log_, " %d%s", list[k]->number, k == 0 && star ? "*" : "");
        chan_lab_put_(&chan_lab_log_, "\t# %d %s: ", list[i]->number, list[i]->name);
        chan_lab_put_what_(&chan_lab_log_, &list[i]->op);
        chan_lab_put_(&chan_lab_log_, "\n");
    }
    return list[i];
}
static inline void chan_lab_gives_turn_(struct chan_lab_goroutine_ *g) {
    chan_lab_.running = g;
    chan_lab_.steps++;
    if (!g || g == chan_lab_me_) return;
    chan_lab_.kept = 0;
    g->turn = 1;
    syscall(SYS_futex, &g->turn, 129 /* WAKE, private */, 1, NULL, NULL, 0);
}
/* With the lock, which is let go meanwhile. */
static inline void chan_lab_waits_for_turn_(struct chan_lab_goroutine_ *me) {
    while (chan_lab_.running != me) {
        me->turn = 0;
        chan_lab_leave_();
        while (!me->turn) syscall(SYS_futex, &me->turn, 128 /* WAIT, private */, 0, NULL, NULL, 0);
        chan_lab_enter_();
    }
}
/* Comes back from outside, or into our sight for the first time. */
static inline void chan_lab_comes_back_(struct chan_lab_goroutine_ *me) {
    if (chan_lab_.running == me) return;
    if (me->state == CHAN_LAB_OUTSIDE_) chan_lab_.outside--;
    me->state = CHAN_LAB_READY_;
    if (!chan_lab_.running) chan_lab_gives_turn_(chan_lab_next_(NULL, false));
    chan_lab_waits_for_turn_(me);
}
/* Passes the turn on, or keeps it. Who has only looked 20 times, or has kept the turn 1,000 times,
 * though others could go on, gives way; and each time a little later than the time before, so that
 * a loop does not give way at the same line forever, with a lock held that the others need. */
static inline bool chan_lab_gives_way_(struct chan_lab_goroutine_ *me) {
    if (me->idle < 20 + me->gave_way % 7 && chan_lab_.kept < 1000 + me->gave_way % 7) return false;
    me->idle = 0;
    me->gave_way++;
    return true;
}
static inline void chan_lab_passes_on_(struct chan_lab_goroutine_ *me, bool yields) {
    chan_lab_.kept++;
    if (!yields) yields = chan_lab_gives_way_(me);
    if (yields) chan_lab_.kept = 0;
    chan_lab_gives_turn_(chan_lab_next_(me, yields));
    chan_lab_waits_for_turn_(me);
}
/* With the lock and the turn: waits until somebody sets us ready, or until then. */
static inline void chan_lab_blocks_(struct chan_lab_goroutine_ *me, long long until) {
    me->state = CHAN_LAB_BLOCKED_;
    me->deadline = until;
    chan_lab_passes_on_(me, false);
}
/* A point at which the turn may pass on. Who only looks, again and again, lets others go first, and
 * if all do nothing else, lets time go on: after 1,000 looks at a clock or a channel, or 100,000 at
 * what a mutex guards, as that may be work. */
static inline void chan_lab_point_(struct chan_lab_goroutine_ *me, int looks, bool yields) {
    chan_lab_enter_();
    chan_lab_comes_back_(me);
    me->idle += looks > 0;
    if ((chan_lab_.idle += looks) > 100000) {
        long long next = chan_lab_next_deadline_();
        chan_lab_time_goes_on_(next < CHAN_NEVER_ ? next : chan_lab_.now + 1000000);
    }
    chan_lab_passes_on_(me, yields);
    chan_lab_leave_();
}
static inline void chan_lab_progress_(void) {
    if (chan_lab_.seeded && chan_lab_me_) chan_lab_me_->idle = 0, chan_lab_.idle = 0;
}
/* With the lock: all who wait for this. */
static inline void chan_lab_sets_ready_(const void *object) {
    chan_lab_each_(g)
        if (g->state == CHAN_LAB_BLOCKED_ && g->waits_for == object) chan_lab_gets_ready_(g);
}
/* How many looks the thread may be asleep: until its output is taken, whatever that takes; for a
 * child of its own two seconds; otherwise five. */
static inline int chan_lab_patience_(pid_t tid) {
    char path[64], text[128] = ""; long call = -1; unsigned long fd = 9;
    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", (int)tid);
    int from = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = from < 0 ? 0 : read(from, text, sizeof text - 1);
    if (from >= 0) close(from);
    if (n <= 0 || sscanf(text, "%ld %lx", &call, &fd) != 2) return 5;
    if ((call == SYS_write || call == SYS_writev) && fd >= 1 && fd <= 2) return INT_MAX;
    return call == SYS_wait4 || call == SYS_waitid ? 200 : 5;
}
static inline bool chan_lab_runs_(pid_t tid) {
    long long cpu;
    return tid != (pid_t)syscall(SYS_gettid) && chan_lab_kernel_says_(tid, &cpu) == 'R';
}
static inline bool chan_lab_is_another_(pid_t tid) {
    return tid != (pid_t)syscall(SYS_gettid) && !chan_lab_is_excused_(tid);
}
/* Looks every 10 ms whether the holder of the turn is held up: five times asleep in the kernel and
 * not moved, while no thread of ours runs that it could be waiting for (or a hundred times even
 * so), or two seconds of its own computing. While anyone is outside and nobody can go on, virtual
 * time goes on as real time does. */
static inline void *chan_lab_watches_(void *unused) {
    long long seen = -1, began = 0, cpu = 0, last = chan_lab_real_();
    for (int asleep = 0;;) {
        (nanosleep)(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
        chan_lab_enter_();
        struct chan_lab_goroutine_ *g = chan_lab_.running;
        long long real = chan_lab_real_();
        if (chan_lab_.written) { /* the program ends */
        } else if (g && g->tid) {
            char state = chan_lab_kernel_says_(g->tid, &cpu);
            if (seen != chan_lab_.steps) seen = chan_lab_.steps, asleep = 0, began = cpu;
            asleep = state == 'S' ? asleep + 1 : 0;
            bool waits = asleep >= 5 && asleep >= chan_lab_patience_(g->tid)
                         && (asleep >= 100 || !chan_lab_any_thread_(chan_lab_runs_));
            if (waits || cpu - began > 2000) {
                if (!chan_lab_.warned)
                    dprintf(2, "schedule no longer repeatable: goroutine %d in a %s\n", g->number,
                            waits ? "system call" : "long computation");
                chan_lab_.warned = true;
                g->state = CHAN_LAB_OUTSIDE_, chan_lab_.outside++;
                chan_lab_gives_turn_(chan_lab_next_(NULL, false));
            }
        } else if (!g) { /* has the last thread ended, or a stranger that was in the list? */
            bool last_one = !chan_lab_.live && !chan_lab_any_thread_(chan_lab_is_another_);
            if (last_one) { chan_lab_leave_(); exit(0); }
            chan_lab_gives_turn_(chan_lab_next_(NULL, false));
            if (!chan_lab_.running) chan_lab_time_goes_on_(chan_lab_.now + real - last);
        }
        last = real;
        chan_lab_leave_();
    }
    return unused;
}
static inline void *chan_lab_watcher_main_(void *thread) {
    struct chan_lab_thread_ *t = thread;
    chan_lab_enter_();
    t->tid = (pid_t)syscall(SYS_gettid);
    chan_lab_lists_(t);
    chan_lab_leave_();
    return chan_lab_watches_(NULL);
}
static inline void chan_lab_is_watched_(void) { /* from the second goroutine on; with the lock */
    pthread_t id; sigset_t all, old;
    if (!chan_lab_.seeded || chan_lab_.watched) return;
    chan_lab_.watched = true;
    struct chan_lab_thread_ *t = chan_lab_alloc_(sizeof *t);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    if ((pthread_create)(&id, NULL, chan_lab_watcher_main_, t) == 0) pthread_detach(id);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* ===== 6. What chan.h calls ================================================================== */
/* A goroutine is created, by its creator, and starts and ends, in its thread. */
static inline struct chan_lab_goroutine_ *chan_lab_creates_(const char *at) {
    chan_lab_enter_();
    if (chan_lab_.seeded) chan_lab_comes_back_(chan_lab_me_), chan_lab_is_watched_();
    chan_lab_leave_();
    return chan_lab_adds_(chan_lab_spelled_(at), at);
}
static inline struct chan_lab_event_ *chan_lab_event_(enum chan_lab_kind_of_op_ kind, int by);
static inline void chan_lab_starts_(struct chan_lab_goroutine_ *g) {
    chan_lab_me_ = g;
    chan_lab_enter_();
    g->thread = pthread_self(), g->tid = (pid_t)syscall(SYS_gettid);
    if (chan_lab_.seeded) chan_lab_comes_back_(g);
    chan_lab_progress_();
    chan_lab_leave_();
    chan_lab_event_(CHAN_LAB_START_, g->by);
    chan_lab_does_(g, CHAN_LAB_NONE_, NULL, 0, NULL);
}
static inline void chan_lab_leaves_list_(struct chan_lab_goroutine_ *g) {
    *(g->prev ? &g->prev->next : &chan_lab_.live) = g->next;
    *(g->next ? &g->next->prev : &chan_lab_.last) = g->prev;
}
static inline void chan_lab_ends_(void) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    chan_lab_event_(CHAN_LAB_END_, 0);
    chan_lab_enter_();
    chan_lab_leaves_list_(me);
    chan_lab_progress_();
    chan_lab_me_ = NULL;
    if (chan_lab_.seeded) {
        chan_lab_sets_ready_(me);
        if (me->state == CHAN_LAB_OUTSIDE_) chan_lab_.outside--;
        if (!chan_lab_.running || chan_lab_.running == me)
            chan_lab_gives_turn_(chan_lab_next_(NULL, false));
    }
    if (chan_lab_.tracing) me->next = chan_lab_.ended, chan_lab_.ended = me;
    else free(me);
    chan_lab_leave_();
}
/* Under a seed, in place of chan_park_(). */
static inline bool chan_lab_park_(struct chan_parker_ *p, long long deadline) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    long long epoch = CHAN_LAB_EPOCH_S_ * 1000000000LL;
    if (deadline < CHAN_NEVER_) deadline -= epoch;
    struct chan_lab_event_ *blocked = NULL;
    chan_lab_enter_();
    chan_lab_comes_back_(me);
    while (p->state != CHAN_WOKEN_ && chan_lab_.now < deadline) {
        if (!blocked) blocked = chan_lab_event_(CHAN_LAB_BLOCK_, 0);
        p->lab.who = me;
        chan_lab_blocks_(me, deadline);
    }
    p->lab.who = NULL;
    if (blocked) chan_lab_event_(CHAN_LAB_WAKE_, p->state == CHAN_WOKEN_ ? p->lab.by : 0);
    chan_lab_leave_();
    return p->state == CHAN_WOKEN_;
}
/* In place of chan_wake_(). The lock holds up who sees that he is woken: he falls asleep again, or
 * ends, only after he has been counted as awake. To the kernel the address is only a name; p may be
 * gone. */
static inline int chan_lab_wakes_(struct chan_parker_ *p) {
    p->lab.by = chan_lab_me_ ? chan_lab_me_->number : 0;
    chan_lab_enter_();
    struct chan_lab_goroutine_ *g = p->lab.who;
    int was = atomic_exchange(&p->state, CHAN_WOKEN_);
    if (was == CHAN_PARKED_) chan_lab_.awake++;
    if (chan_lab_.seeded && g) chan_lab_gets_ready_(g);
    if (chan_lab_.seeded && !chan_lab_.running) chan_lab_gives_turn_(chan_lab_next_(NULL, false));
    chan_lab_leave_();
    if (was == CHAN_PARKED_) syscall(SYS_futex, &p->state, 129, 1, NULL, NULL, 0);
    return was;
}
/* Without a seed: parked, and awake again. Idle threads come here too, and are no goroutine. */
static inline void chan_lab_falls_asleep_(struct chan_parker_ *p, long long deadline) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    if (me) chan_lab_event_(CHAN_LAB_BLOCK_, 0);
    chan_lab_enter_();
    if (me) me->parked = p, me->parked_timed = deadline < CHAN_NEVER_;
    if (me) chan_lab_.timed += deadline < CHAN_NEVER_;
    chan_lab_.awake--;
    chan_lab_looks_around_(&p->state, deadline);
    chan_lab_leave_();
}
static inline void chan_lab_wakes_up_(struct chan_parker_ *p, long long deadline) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    if (!me) return;
    chan_lab_enter_();
    me->parked = NULL;
    chan_lab_.timed -= deadline < CHAN_NEVER_;
    chan_lab_leave_();
    chan_lab_event_(CHAN_LAB_WAKE_, p->state == CHAN_WOKEN_ ? p->lab.by : 0);
}
/* Who uses which end. An entry is written once, before the count that includes it. */
static inline void chan_lab_uses_(struct chan_lab_users_ *users) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    int known = (int)(sizeof users->who / sizeof *users->who), n = users->n;
    for (int i = n < known ? n : known; i-- > 0;)
        if (users->who[i].number == me->number) return;
    if (n > known) return;
    chan_lab_enter_();
    n = users->n;
    if (n < known) users->who[n].number = me->number, users->who[n].name = me->name;
    if (n <= known) users->n = n + 1;
    chan_lab_leave_();
}
/* With the channel's lock: which value is the how-manieth. */
static inline void chan_lab_sends_(struct chan_ *c, struct chan_waiter_ *receiver) {
    chan_lab_me_->nth = ++c->lab.sent, chan_lab_me_->len = c->len;
    if (receiver) receiver->parker->lab.nth = ++c->lab.received;
    chan_lab_progress_();
}
static inline void chan_lab_receives_(struct chan_ *c, struct chan_waiter_ *sender) {
    chan_lab_me_->nth = ++c->lab.received, chan_lab_me_->len = c->len;
    if (sender) sender->parker->lab.nth = ++c->lab.sent;
    chan_lab_progress_();
}
static inline struct chan_lab_event_ *chan_lab_reserves_(struct chan_lab_goroutine_ *me);
static inline void chan_lab_counts_(struct waitgroup *wg, long long n, const char *at) {
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
    if (chan_lab_.seeded)
        chan_lab_point_(me, kind == CHAN_LAB_LOOK_ ? 100 : kind == CHAN_LAB_UNLOCK_, false);
    return me;
}
static inline void chan_lab_done_(struct chan_lab_goroutine_ *me) {
    chan_lab_does_(me, CHAN_LAB_NONE_, NULL, 0, NULL);
    me->waits_for = NULL;
}
/* Fills in what an event says of a channel; after a send the channel itself may be gone. */
static inline void chan_lab_of_chan_(struct chan_lab_event_ *e, struct chan_ *c) {
    if (e && c) e->chan = c->lab.number, e->buffered = c->cap > 0, e->made = c->lab.at;
    if (e && c) e->value_kind = c->lab.kind;
}
static inline void chan_lab_value_(struct chan_lab_event_ *e, const void *value, size_t size) {
    if (e->value_kind == 's') { /* a string that may not be one: ask the kernel to copy it */
        const char *s = NULL;
        if (value && size == sizeof s) memcpy(&s, value, sizeof s);
        struct iovec to = { e->value, sizeof e->value - 1 };
        struct iovec from = { (void *)(size_t)s, to.iov_len };
        if (!s || process_vm_readv(getpid(), &to, 1, &from, 1, 0) < 0) e->value_kind = 0;
    } else if (value && e->value_kind && size <= sizeof e->value) memcpy(e->value, value, size);
    else e->value_kind = 0;
}
static inline void chan_lab_ended_(struct chan_lab_goroutine_ *me, struct chan_lab_event_ *e,
                                   enum chan_lab_kind_of_op_ kind) {
    if (e) {
        e->nth = me->nth, e->len = me->len;
        e->lasted = chan_lab_clock_() - e->when;
        atomic_store_explicit(&e->kind, (int)kind, memory_order_release);
    }
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
static inline void chan_lab_send_(struct chan_ *c, void *value, size_t size, const char *at) {
    chan_lab_checks_(c, at);
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_SEND_, c, at);
    struct chan_lab_event_ *e = chan_lab_reserves_(me);
    chan_lab_of_chan_(e, c);
    if (e) chan_lab_value_(e, value, size);
    chan_send_(c, value, size, at);
    chan_lab_ended_(me, e, CHAN_LAB_SEND_);
}
static inline bool chan_lab_recv_(struct chan_ *c, void *into, size_t size, const char *at) {
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
static inline void chan_lab_close_(void *c, const char *at) {
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
static inline struct chan_ *chan_lab_make_(size_t size, chan_integer_ cap, char kind,
                                           const char *at) {
    return chan_lab_registers_(chan_make_(size, cap, at), kind, at);
}
static inline struct chan_ *chan_lab_timer_(long long ms, bool again, const char *at) {
    chan_lab_this_();
    return chan_lab_registers_(chan_timer_(ms, again, at), 0, at);
}
static inline void chan_lab_free_(void *chan, const char *at) {
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
static inline size_t chan_lab_cap_(struct chan_ *c, const char *at) {
    chan_lab_checks_(c, at);
    return chan_cap_(c);
}
static inline size_t chan_lab_len_(struct chan_ *c, const char *at) {
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
static inline int chan_lab_select_(const struct chan_case *cases, long long n, const char *at) {
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
    if (chan_lab_.seeded) {
        chan_lab_point_(me, 0, false);
        me->draws = chan_lab_draw_matters_(cases, n);
    }
    struct chan_lab_event_ *e = chan_lab_reserves_(me);
    int i = chan_select_(cases, n, at);
    const struct chan_case *a = &cases[i];
    if (a->kind_ >= CHAN_TIMEOUT_ && a->ns_ <= 0 && chan_lab_.seeded)
        me->idle++, chan_lab_.idle += 100;
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
static inline void chan_lab_wg_add_(struct waitgroup *wg, long long n, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_ADD_, NULL, at);
    wg_add_(wg, n, at);
    chan_lab_progress_();
    chan_lab_done_(me);
}
static inline void chan_lab_wg_wait_(struct waitgroup *wg, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_WAIT_, NULL, at);
    struct chan_lab_event_ *e = chan_lab_reserves_(me);
    me->op.wg = wg;
    wg_wait(wg);
    chan_lab_ended_(me, e, CHAN_LAB_WAIT_);
}
static inline void chan_lab_go_(struct waitgroup *wg, void (*f)(void *), const void *value,
                                size_t size, bool is_pointer, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_this_();
    chan_lab_does_(me, CHAN_LAB_GO_, NULL, 0, at);
    chan_go_(wg, f, value, size, is_pointer, at);
    if (chan_lab_.seeded) chan_lab_point_(me, 0, false);
    chan_lab_done_(me);
}
/* ===== 7. What else can block, or tells the time ============================================= */
static inline void chan_lab_sleeps_(struct chan_lab_goroutine_ *me, long long until) {
    chan_lab_enter_();
    while (chan_lab_.now < until) chan_lab_blocks_(me, until);
    chan_lab_leave_();
}
static inline void chan_lab_sleep_ms_(long long ms, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_SLEEP_, NULL, at);
    struct chan_lab_event_ *e = chan_lab_reserves_(me);
    if (chan_lab_.seeded) chan_lab_sleeps_(me, chan_plus_(chan_lab_.now, chan_ns_(ms)));
    else chan_sleep_(ms);
    chan_lab_ended_(me, e, CHAN_LAB_SLEEP_);
}
/* Until `ns` of the virtual monotonic clock, or of the virtual time of day: that of the start, and
 * as much later. A deadline beyond the monotonic clock's first 30 years is a time of day. */
static inline long long chan_lab_until_(const struct timespec *t) {
    long long ns = chan_plus_(chan_within_((chan_integer_)t->tv_sec * 1000000000, 0), t->tv_nsec);
    return ns - (t->tv_sec > 1000000000 ? chan_lab_.day : CHAN_LAB_EPOCH_S_ * 1000000000LL);
}
static inline int chan_lab_clock_nanosleep_(clockid_t clock, int flags, const struct timespec *t,
                                            struct timespec *rest, const char *at) {
    if (t->tv_nsec < 0 || t->tv_nsec > 999999999 || t->tv_sec < 0) return EINVAL;
    int error = 0;
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_SLEEP_, NULL, at);
    struct chan_lab_event_ *e = chan_lab_reserves_(me);
    long long ns = chan_plus_(chan_within_((chan_integer_)t->tv_sec * 1000000000, 0), t->tv_nsec);
    if (!chan_lab_.seeded) error = (clock_nanosleep)(clock, flags, t, rest);
    else if (flags & TIMER_ABSTIME) chan_lab_sleeps_(me, chan_lab_until_(t));
    else chan_lab_sleeps_(me, chan_plus_(chan_lab_.now, ns));
    chan_lab_ended_(me, e, CHAN_LAB_SLEEP_);
    return error;
}
static inline int chan_lab_nanosleep_(const struct timespec *t, struct timespec *rest,
                                      const char *at) {
    int error = chan_lab_clock_nanosleep_(CLOCK_REALTIME, 0, t, rest, at);
    return error ? errno = error, -1 : 0;
}
static inline unsigned chan_lab_sleep_(unsigned s, const char *at) {
    struct timespec rest = { .tv_sec = 0 };
    return chan_lab_nanosleep_(&(struct timespec){ .tv_sec = (time_t)s }, &rest, at) == 0
           ? 0 : (unsigned)rest.tv_sec + (rest.tv_nsec > 0);
}
static inline int chan_lab_usleep_(unsigned us, const char *at) {
    struct timespec t = { .tv_sec = us / 1000000, .tv_nsec = (long)(us % 1000000) * 1000 };
    return chan_lab_nanosleep_(&t, NULL, at);
}
static inline int chan_lab_clock_gettime_(clockid_t clock, struct timespec *t, const char *at) {
    bool real = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    bool monotonic = clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE
                     || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_BOOTTIME;
    if (!chan_lab_replays_() || (!real && !monotonic)) return (clock_gettime)(clock, t);
    chan_lab_done_(chan_lab_begins_(CHAN_LAB_LOOK_, NULL, at));
    *t = chan_timespec_(real ? chan_lab_.day + chan_lab_.now : chan_now_());
    return 0;
}
static inline long long chan_lab_now_ms_(const char *at) {
    if (chan_lab_replays_()) chan_lab_done_(chan_lab_begins_(CHAN_LAB_LOOK_, NULL, at));
    return (chan_now_ms)();
}
static inline int chan_lab_sched_yield_(void) {
    if (!chan_lab_replays_()) return (sched_yield)();
    chan_lab_point_(chan_lab_me_, 100, true);
    return 0;
}
/* A lock is taken by trying, and between the tries one waits for somebody to let it go. */
static inline int chan_lab_takes_(int kind, int (*try)(void *), void *object,
                                  const struct timespec *deadline, const char *at) {
    int error = 0;
    struct chan_lab_goroutine_ *me = chan_lab_begins_(kind, NULL, at);
    long long until = deadline ? chan_lab_until_(deadline) : CHAN_NEVER_;
    chan_lab_enter_();
    while ((error = try(object)) == EBUSY && chan_lab_.now < until) {
        me->waits_for = object;
        chan_lab_blocks_(me, until);
    }
    chan_lab_.retried = false;
    chan_lab_leave_();
    chan_lab_done_(me);
    return error == EBUSY ? ETIMEDOUT : error;
}
static inline int chan_lab_lets_go_(int (*unlock)(void *), void *object, const char *at) {
    chan_lab_begins_(CHAN_LAB_UNLOCK_, NULL, at);
    chan_lab_enter_();
    int error = unlock(object);
    chan_lab_sets_ready_(object);
    chan_lab_leave_();
    chan_lab_done_(chan_lab_me_);
    return error;
}
/* EBUSY, or, as some tell only if one waits, EDEADLK: so we wait until long ago. */
#define chan_lab_try_(try, timed, lock) do { \
    int error = (try)(lock); \
    if (error == EBUSY) error = (timed)(lock, &(struct timespec){ .tv_sec = 0 }); \
    return error == ETIMEDOUT ? EBUSY : error; } while (0)
static inline int chan_lab_try_mutex_(void *m) {
    chan_lab_try_(pthread_mutex_trylock, pthread_mutex_timedlock, m);
}
static inline int chan_lab_try_read_(void *l) {
    chan_lab_try_(pthread_rwlock_tryrdlock, pthread_rwlock_timedrdlock, l);
}
static inline int chan_lab_try_write_(void *l) {
    chan_lab_try_(pthread_rwlock_trywrlock, pthread_rwlock_timedwrlock, l);
}
static inline int chan_lab_unlock_mutex_(void *m) { return (pthread_mutex_unlock)(m); }
static inline int chan_lab_unlock_rw_(void *l) { return (pthread_rwlock_unlock)(l); }
static inline int chan_lab_mutex_lock_(pthread_mutex_t *m, const char *at) {
    return chan_lab_replays_() ? chan_lab_takes_(CHAN_LAB_MUTEX_, chan_lab_try_mutex_, m, NULL, at)
                               : (pthread_mutex_lock)(m);
}
static inline int chan_lab_mutex_timedlock_(pthread_mutex_t *m, const struct timespec *until,
                                            const char *at) {
    return chan_lab_replays_() ? chan_lab_takes_(CHAN_LAB_MUTEX_, chan_lab_try_mutex_, m, until, at)
                               : (pthread_mutex_timedlock)(m, until);
}
static inline int chan_lab_mutex_trylock_(pthread_mutex_t *m, const char *at) {
    if (chan_lab_replays_()) chan_lab_done_(chan_lab_begins_(CHAN_LAB_LOOK_, NULL, at));
    return (pthread_mutex_trylock)(m);
}
static inline int chan_lab_mutex_unlock_(pthread_mutex_t *m, const char *at) {
    return chan_lab_replays_() ? chan_lab_lets_go_(chan_lab_unlock_mutex_, m, at)
                               : (pthread_mutex_unlock)(m);
}
static inline int chan_lab_rwlock_rdlock_(pthread_rwlock_t *l, const char *at) {
    return chan_lab_replays_() ? chan_lab_takes_(CHAN_LAB_RWLOCK_, chan_lab_try_read_, l, NULL, at)
                               : (pthread_rwlock_rdlock)(l);
}
static inline int chan_lab_rwlock_wrlock_(pthread_rwlock_t *l, const char *at) {
    return chan_lab_replays_() ? chan_lab_takes_(CHAN_LAB_RWLOCK_, chan_lab_try_write_, l, NULL, at)
                               : (pthread_rwlock_wrlock)(l);
}
static inline int chan_lab_rwlock_unlock_(pthread_rwlock_t *l, const char *at) {
    return chan_lab_replays_() ? chan_lab_lets_go_(chan_lab_unlock_rw_, l, at)
                               : (pthread_rwlock_unlock)(l);
}
static inline int chan_lab_cond_wait_(pthread_cond_t *c, pthread_mutex_t *m,
                                      const struct timespec *deadline, const char *at) {
    if (!chan_lab_replays_())
        return deadline ? (pthread_cond_timedwait)(c, m, deadline) : (pthread_cond_wait)(c, m);
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_COND_, NULL, at);
    long long until = deadline ? chan_lab_until_(deadline) : CHAN_NEVER_;
    chan_lab_enter_();
    int error = (pthread_mutex_unlock)(m);
    chan_lab_sets_ready_(m);
    for (me->waits_for = c; !error && me->waits_for == c && chan_lab_.now < until;)
        chan_lab_blocks_(me, until); /* who signals sets waits_for to NULL */
    bool signalled = me->waits_for != c;
    me->waits_for = NULL;
    while (!error && (error = chan_lab_try_mutex_(m)) == EBUSY)
        error = 0, me->waits_for = m, chan_lab_blocks_(me, CHAN_NEVER_);
    chan_lab_.retried = false;
    chan_lab_leave_();
    chan_lab_done_(me);
    return error ? error : signalled ? 0 : ETIMEDOUT;
}
static inline int chan_lab_cond_wakes_(pthread_cond_t *c, bool all, const char *at) {
    if (chan_lab_replays_()) {
        size_t n = 0, i = 0;
        struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_LOOK_, NULL, at);
        chan_lab_enter_();
        chan_lab_each_(g) n += g->waits_for == c;
        size_t chosen = all ? 0 : chan_lab_picks_(n);
        chan_lab_each_(g)
            if (g->waits_for == c && (all || i++ == chosen))
                g->waits_for = NULL, chan_lab_gets_ready_(g), chan_lab_progress_();
        chan_lab_leave_();
        chan_lab_done_(me);
    }
    return all ? (pthread_cond_broadcast)(c) : (pthread_cond_signal)(c);
}
struct chan_lab_once_ { pthread_once_t *once; struct chan_lab_once_ *next; }; /* those that run */
static inline int chan_lab_pthread_once_(pthread_once_t *once, void (*f)(void), const char *at) {
    if (!chan_lab_replays_()) return (pthread_once)(once, f);
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_ONCE_, NULL, at);
    struct chan_lab_once_ *o, **p, ours = { once, NULL };
    chan_lab_enter_();
    do {
        for (o = chan_lab_.onces; o && o->once != once;) o = o->next;
        if (o) me->waits_for = once, chan_lab_blocks_(me, CHAN_NEVER_);
    } while (o);
    ours.next = chan_lab_.onces, chan_lab_.onces = &ours;
    chan_lab_leave_();
    int error = (pthread_once)(once, f);
    chan_lab_enter_();
    for (p = &chan_lab_.onces; *p != &ours;) p = &(*p)->next;
    *p = ours.next;
    chan_lab_sets_ready_(once);
    chan_lab_leave_();
    chan_lab_done_(me);
    return error;
}
static inline int chan_lab_pthread_join_(pthread_t id, void **result, const char *at) {
    struct chan_lab_goroutine_ *me = chan_lab_begins_(CHAN_LAB_JOIN_, NULL, at), *found = NULL;
    struct chan_lab_thread_ *t, *self = pthread_getspecific(chan_lab_.at_end);
    chan_lab_enter_();
    for (t = chan_lab_.threads; t && !pthread_equal(t->id, id);) t = t->next;
    if (chan_lab_.seeded) do {
        found = NULL;
        chan_lab_each_(g)
            if (g != me && g->is_thread && pthread_equal(g->thread, id)) found = g;
        if (found) me->waits_for = found, chan_lab_blocks_(me, CHAN_NEVER_);
    } while (found);
    else if (t && t != self && !t->joiner /* and it does not join us: both is an error */
             && !(self && self->joiner && pthread_equal(self->joiner->thread, id))) {
        t->joiner = me, me->joins = t, chan_lab_.awake--;
        chan_lab_looks_around_(NULL, 0);
    }
    chan_lab_leave_();
    int error = (pthread_join)(id, result);
    chan_lab_enter_();
    chan_lab_joined_(me->joins); /* it can't be joined */
    chan_lab_leave_();
    chan_lab_done_(me);
    return error;
}
static inline int chan_lab_pthread_create_(pthread_t *id, const pthread_attr_t *attr,
                                           void *(*f)(void *), void *arg, const char *at) {
    struct chan_lab_thread_ *t = chan_lab_alloc_(sizeof *t);
    *t = (struct chan_lab_thread_){ .f = f, .arg = arg };
    if (f != chan_thread_main_) chan_lab_this_(), t->g = chan_lab_creates_(at);
    struct chan_lab_goroutine_ *g = t->g;
    chan_lab_enter_();
    if (g) g->is_thread = true;
    chan_lab_lists_(t), chan_lab_.awake++;
    if (!g) chan_lab_leave_(); /* otherwise it waits at its start until we know its id */
    int error = (pthread_create)(id, attr, chan_lab_thread_main_, t);
    if (!g) chan_lab_enter_();
    if (error) chan_lab_unlists_(t), chan_lab_.awake--, free(t);
    else if (g) g->thread = t->id = *id;
    if (error && g) chan_lab_leaves_list_(g), free(g);
    chan_lab_leave_();
    if (!error && g && chan_lab_.seeded) chan_lab_point_(chan_lab_me_, 0, false);
    return error;
}

/* What also blocks, and is not redirected: under a seed it is named, each once. */
static inline void chan_lab_names_call_(const char *at) {
    static const char *named[16];
    int i = 0;
    if (!chan_lab_.seeded || chan_lab_own_.holds) return;
    chan_lab_enter_();
    while (i < 15 && named[i] && strcmp(chan_lab_spelled_(named[i]), chan_lab_spelled_(at))) i++;
    bool is_new = !named[i];
    if (is_new) named[i] = at;
    chan_lab_leave_();
    if (is_new) dprintf(2, "not redirected: %s (%s)\n", chan_lab_spelled_(at), at);
}

/* ===== 8. The trace ========================================================================== */
/* Each goroutine's events in order of their begin; one that has not ended has no kind yet. */
static inline struct chan_lab_event_ *chan_lab_reserves_(struct chan_lab_goroutine_ *me) {
    if (!chan_lab_.tracing || !me) return NULL;
    struct chan_lab_events_ *last = me->last_events;
    if (!last || last->n >= last->room - 1) { /* one place is left for an abort() in malloc() */
        int room = last ? last->room < 4096 ? last->room * 4 : last->room : 16;
        struct chan_lab_events_ *more =
            chan_lab_alloc_(sizeof *more + (size_t)room * sizeof *more->event);
        more->room = room;
        if (last) last->next = more; else me->events = more;
        me->last_events = last = more;
    }
    struct chan_lab_event_ *e = &last->event[last->n];
    e->at = me->op.at, e->spelled = e->at ? chan_lab_spelled_(e->at) : "";
    e->when = chan_lab_clock_();
    atomic_fetch_add_explicit(&last->n, 1, memory_order_release);
    return e;
}
static inline struct chan_lab_event_ *chan_lab_event_(enum chan_lab_kind_of_op_ kind, int by) {
    struct chan_lab_event_ *e = chan_lab_reserves_(chan_lab_me_);
    if (!e) return NULL;
    e->by = by, e->doing = (int)chan_lab_me_->op.kind, e->of = (int)chan_lab_me_->op.n;
    atomic_store_explicit(&e->kind, (int)kind, memory_order_release);
    return e;
}
/* The bytes of the character at s in UTF-8; 0 if it is none, -1 if the string's end cuts it. */
static inline int chan_lab_utf8_(const unsigned char *s) {
    int n = *s < 0x80 ? 1 : *s < 0xc2 ? 0 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : *s < 0xf5 ? 4 : 0;
    for (int i = 1; i < n; i++)
        if (s[i] >> 6 != 2) return s[i] ? 0 : -1;
    unsigned least = *s == 0xe0 ? 0xa0 : *s == 0xf0 ? 0x90 : 0x80;
    unsigned most = *s == 0xed ? 0x9f : *s == 0xf4 ? 0x8f : 0xbf;
    return n > 2 && (s[1] < least || s[1] > most) ? 0 : n;
}
/* A string, without its quotes. What is not UTF-8 is taken for Latin-1. */
static inline void chan_lab_put_json_(struct chan_lab_out_ *o, const char *string) {
    const unsigned char *s = (const unsigned char *)string;
    for (int n; *s && (n = chan_lab_utf8_(s)) >= 0; s += n + !n)
        if (n == 0 || *s < ' ') chan_lab_put_(o, "\\u%04x", *s);
        else if (*s == '"' || *s == '\\') chan_lab_put_(o, "\\%c", *s);
        else chan_lab_put_bytes_(o, s, (size_t)n);
}
static inline void chan_lab_put_value_(struct chan_lab_out_ *o, const struct chan_lab_event_ *e) {
    union { char c; signed char i1; short i2; int i4; long long i8; unsigned char u1;
            unsigned short u2; unsigned u4; unsigned long long u8; float f; double d; long double l;
            bool b; char s[17]; } v = { .s = "" };
    memcpy(&v, e->value, sizeof e->value);
    chan_lab_put_(o, "\"value\":\"");
    switch (e->value_kind) {
    case 'b': chan_lab_put_(o, "%s", v.b ? "true" : "false"); break;
    case 'c': chan_lab_put_json_(o, (char[]){ v.c, '\0' }); break;
    case '1': chan_lab_put_(o, "%d", v.i1); break;
    case '2': chan_lab_put_(o, "%d", v.i2); break;
    case '4': chan_lab_put_(o, "%d", v.i4); break;
    case '8': chan_lab_put_(o, "%lld", v.i8); break;
    case 'A': chan_lab_put_(o, "%u", v.u1); break;
    case 'B': chan_lab_put_(o, "%u", v.u2); break;
    case 'D': chan_lab_put_(o, "%u", v.u4); break;
    case 'H': chan_lab_put_(o, "%llu", v.u8); break;
    case 'f': chan_lab_put_(o, "%g", (double)v.f); break;
    case 'd': chan_lab_put_(o, "%g", v.d); break;
    case 'l': chan_lab_put_(o, "%Lg", v.l); break;
    case 's': chan_lab_put_json_(o, v.s); break;
    default: break;
    }
    chan_lab_put_(o, "\",");
}
#define CHAN_LAB_US_ "%lld.%03lld"
#define chan_lab_us_(ns) (long long)(ns) / 1000, (long long)(ns) % 1000
static inline void chan_lab_put_head_(struct chan_lab_out_ *o, const char *ph, int g,
                                      long long when) {
    chan_lab_put_(o, ",\n{\"ph\":\"%s\",\"pid\":1,\"tid\":%d,\"ts\":" CHAN_LAB_US_, ph, g,
                  chan_lab_us_(when));
}
/* The values that were both sent and received before our eyes: a set of channel and number. */
struct chan_lab_moved_ { unsigned long long nth; int chan, ends; size_t flow; };
struct chan_lab_set_ { struct chan_lab_moved_ *at; size_t room, flows; };
static inline struct chan_lab_moved_ *chan_lab_moved_(struct chan_lab_set_ *set,
                                                      const struct chan_lab_event_ *e) {
    unsigned long long key = (unsigned long long)e->chan << 32 ^ e->nth;
    struct chan_lab_moved_ *m;
    for (size_t i = key * 0x9e3779b97f4a7c15 >> 20;; i++) {
        m = &set->at[i & (set->room - 1)];
        if (!m->chan || (m->chan == e->chan && m->nth == e->nth)) break;
    }
    m->chan = e->chan, m->nth = e->nth;
    return m;
}
static inline int chan_lab_end_of_(const struct chan_lab_event_ *e) { /* 1 sent, 2 received */
    if (!e->nth || !e->chan) return 0;
    if (e->kind == CHAN_LAB_SEND_) return 1;
    if (e->kind == CHAN_LAB_RECV_) return 2;
    return e->kind != CHAN_LAB_SELECT_ ? 0 : e->by == CHAN_SEND_ ? 1 : 2;
}
/* Calls see(s, g, event) for each event of each goroutine, in order of their numbers. What ends
 * meanwhile, as others may still run, is left out. */
struct chan_lab_sight_ {
    struct chan_lab_goroutine_ **goroutines; int n_goroutines;
    struct chan_lab_out_ *o; struct chan_lab_set_ moved; size_t n; long long until, last;
    void (*see)(struct chan_lab_sight_ *, struct chan_lab_goroutine_ *, struct chan_lab_event_ *);
};
static inline void chan_lab_sees_(struct chan_lab_sight_ *s) {
    for (int i = 0; i < s->n_goroutines; i++) {
        struct chan_lab_goroutine_ *g = s->goroutines[i];
        for (struct chan_lab_events_ *some = g ? g->events : NULL; some; some = some->next)
            for (int k = 0, n = some->n; k < n; k++)
                if (some->event[k].kind && some->event[k].when + some->event[k].lasted < s->until)
                    s->see(s, g, &some->event[k]);
        if (g) s->see(s, g, NULL); /* its end */
    }
}
static inline void chan_lab_counts_events_(struct chan_lab_sight_ *s, struct chan_lab_goroutine_ *g,
                                           struct chan_lab_event_ *e) {
    (void)g;
    s->n += !e || chan_lab_end_of_(e); /* one more, perhaps, of each goroutine that still runs */
    if (e && e->when + e->lasted > s->last) s->last = e->when + e->lasted;
}
static inline void chan_lab_pairs_(struct chan_lab_sight_ *s, struct chan_lab_goroutine_ *g,
                                   struct chan_lab_event_ *e) {
    (void)g;
    if (e && chan_lab_end_of_(e)) chan_lab_moved_(&s->moved, e)->ends |= chan_lab_end_of_(e);
}
static inline void chan_lab_put_at_(struct chan_lab_out_ *o, const char *key, const char *at) {
    chan_lab_put_(o, "\"%s\":\"", key);
    chan_lab_put_json_(o, at ? at : "");
    chan_lab_put_(o, "\"");
}
static inline void chan_lab_put_name_(struct chan_lab_out_ *o, const struct chan_lab_event_ *e) {
    int kind = e->kind == CHAN_LAB_BLOCK_ ? e->doing : e->kind;
    bool selected = kind == CHAN_LAB_SELECT_ && e->kind != CHAN_LAB_BLOCK_;
    if (e->kind == CHAN_LAB_BLOCK_) chan_lab_put_(o, "blocked: ");
    if (kind == CHAN_LAB_ADD_ && e->by == -1) chan_lab_put_(o, "done ");
    else if (kind == CHAN_LAB_ADD_) chan_lab_put_(o, "add %d to ", e->by);
    else if (selected && e->by == CHAN_DEFAULT_) chan_lab_put_(o, "select: default");
    else if (selected && e->by == CHAN_TIMEOUT_) chan_lab_put_(o, "select: timeout");
    else if (selected) chan_lab_put_(o, "select: %s on ", e->by == CHAN_SEND_ ? "send" : "receive");
    else if (kind == CHAN_LAB_SELECT_) chan_lab_put_(o, "select of %d", e->of);
    else if (kind == CHAN_LAB_START_) chan_lab_put_(o, "start");
    else chan_lab_put_(o, "%s", chan_lab_verb_(kind));
    bool spelled = kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_ || kind == CHAN_LAB_CLOSE_
                   || kind == CHAN_LAB_WAIT_ || kind == CHAN_LAB_ADD_
                   || (selected && e->by < CHAN_TIMEOUT_);
    if (spelled && kind != CHAN_LAB_ADD_ && !selected) chan_lab_put_(o, " ");
    if (spelled && e->spelled) chan_lab_put_json_(o, e->spelled);
}
static inline void chan_lab_put_args_(struct chan_lab_out_ *o, const struct chan_lab_event_ *e) {
    bool is_op = e->kind == CHAN_LAB_RECV_ || e->kind == CHAN_LAB_SEND_
                 || e->kind == CHAN_LAB_SELECT_;
    if (e->kind == CHAN_LAB_START_) chan_lab_put_(o, "\"by\":%d,", e->by);
    if (e->kind == CHAN_LAB_SELECT_) chan_lab_put_(o, "\"case\":%d,\"of\":%d,", e->which, e->of);
    if (e->chan) chan_lab_put_(o, "\"channel\":%d,", e->chan);
    if (is_op && e->value_kind) chan_lab_put_value_(o, e);
    if (is_op && e->nth) chan_lab_put_(o, "\"n\":%llu,", e->nth);
    if (is_op && e->closed) chan_lab_put_(o, "\"closed\":true,");
    chan_lab_put_at_(o, "at", e->at);
}
static inline void chan_lab_put_channel_(struct chan_lab_out_ *o, const struct chan_lab_event_ *e) {
    chan_lab_put_(o, "channel %d (made at ", e->chan);
    chan_lab_put_json_(o, e->made);
    chan_lab_put_(o, ")");
}
/* One end of the arrow that Perfetto draws from a send to its receive. Perfetto pairs the ends
 * whose id, category and name are the same, and reads an id in quotes as a hexadecimal number. So
 * each value has a number of its own, and the name is the channel's, not either side's spelling.
 * The arrow leads to the innermost slice that is open at that moment, here the operation's. */
static inline void chan_lab_put_flow_(struct chan_lab_sight_ *s, struct chan_lab_goroutine_ *g,
                                      const struct chan_lab_event_ *e) {
    struct chan_lab_moved_ *value = chan_lab_moved_(&s->moved, e);
    bool sends = chan_lab_end_of_(e) == 1;
    if (value->ends != 3) return;
    if (!value->flow) value->flow = ++s->moved.flows;
    chan_lab_put_head_(s->o, sends ? "s" : "f", g->number, sends ? e->when : e->when + e->lasted);
    chan_lab_put_(s->o, "%s,\"id\":%zu,\"cat\":\"value\",\"name\":\"",
                  sends ? "" : ",\"bp\":\"e\"", value->flow);
    chan_lab_put_channel_(s->o, e);
    chan_lab_put_(s->o, "\"}");
}
static inline void chan_lab_writes_event_(struct chan_lab_sight_ *s, struct chan_lab_goroutine_ *g,
                                          struct chan_lab_event_ *e) {
    static const char *const cat[] = { [CHAN_LAB_RECV_] = "receive", [CHAN_LAB_SEND_] = "send",
        [CHAN_LAB_CLOSE_] = "close", [CHAN_LAB_SELECT_] = "select", [CHAN_LAB_WAIT_] = "wait",
        [CHAN_LAB_ADD_] = "wait group", [CHAN_LAB_SLEEP_] = "sleep", [CHAN_LAB_START_] = "start",
        [CHAN_LAB_END_] = "end", [CHAN_LAB_BLOCK_] = "block", [CHAN_LAB_WAKE_] = "block",
        [CHAN_LAB_ABORT_] = "panic" };
    struct chan_lab_out_ *o = s->o;
    if (!e && !g->open) return;
    int kind = e ? (int)e->kind : CHAN_LAB_WAKE_, end = e ? chan_lab_end_of_(e) : 0;
    if (kind == CHAN_LAB_WAKE_ && !g->open) return;
    bool lasts = kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_ || kind == CHAN_LAB_SELECT_
                 || kind == CHAN_LAB_WAIT_ || kind == CHAN_LAB_SLEEP_;
    const char *ph = kind == CHAN_LAB_BLOCK_ ? "B" : kind == CHAN_LAB_WAKE_ ? "E"
                     : lasts ? "X" : "i";
    chan_lab_put_head_(o, ph, g->number, e ? e->when : s->last + 1);
    if (lasts) chan_lab_put_(o, ",\"dur\":" CHAN_LAB_US_, chan_lab_us_(e->lasted));
    if (*ph == 'i') chan_lab_put_(o, ",\"s\":\"t\"");
    chan_lab_put_(o, ",\"cat\":\"%s\",\"name\":\"", cat[kind]);
    chan_lab_put_name_(o, kind == CHAN_LAB_WAKE_ ? g->open : e);
    chan_lab_put_(o, "\",\"args\":{");
    if (kind == CHAN_LAB_WAKE_) chan_lab_put_(o, "\"by\":%d", e ? e->by : -1);
    else if (kind != CHAN_LAB_END_ && kind != CHAN_LAB_ABORT_) chan_lab_put_args_(o, e);
    chan_lab_put_(o, "}}");
    g->open = kind == CHAN_LAB_BLOCK_ ? e : kind == CHAN_LAB_WAKE_ ? NULL : g->open;
    if (end) chan_lab_put_flow_(s, g, e);
    if (end && e->buffered && e->len != CHAN_LAB_UNKNOWN_) { /* else the other side has told */
        chan_lab_put_head_(o, "C", 0, e->when + e->lasted);
        chan_lab_put_(o, ",\"name\":\"");
        chan_lab_put_channel_(o, e);
        chan_lab_put_(o, "\",\"args\":{\"values\":%llu}}", e->len);
    }
}
static inline void chan_lab_names_(struct chan_lab_out_ *o, struct chan_lab_goroutine_ *g) {
    chan_lab_put_head_(o, "M", g->number, 0);
    chan_lab_put_(o, ",\"name\":\"thread_name\",\"args\":{\"name\":\"%d ", g->number);
    chan_lab_put_json_(o, g->name);
    chan_lab_put_(o, "\"}}");
    chan_lab_put_head_(o, "M", g->number, 0);
    chan_lab_put_(o, ",\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":%d}}", g->number);
}
static inline void *chan_lab_map_(size_t size) {
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p != MAP_FAILED) return p;
    dprintf(2, "no memory to write the trace: %s\n", strerror(errno));
    _exit(1);
}
/* Also called in a signal handler, and while others run: so neither stdio nor malloc. */
static inline void chan_lab_writes_trace_(void) {
    static struct chan_lab_out_ o;
    struct chan_lab_sight_ s = { .o = &o, .see = chan_lab_counts_events_ };
    o.to = chan_lab_.trace_to, s.n_goroutines = chan_lab_.numbers, s.until = chan_lab_clock_();
    s.goroutines = chan_lab_map_((size_t)s.n_goroutines * sizeof *s.goroutines);
    for (int pass = 0; pass < 2; pass++) {
        struct chan_lab_goroutine_ *g = pass ? chan_lab_.live : chan_lab_.ended;
        for (; g; g = g->next)
            if (g->number <= s.n_goroutines) s.goroutines[g->number - 1] = g;
    }
    chan_lab_sees_(&s);
    for (s.moved.room = 64; s.moved.room < 2 * s.n;) s.moved.room *= 2;
    s.moved.at = chan_lab_map_(s.moved.room * sizeof *s.moved.at);
    s.see = chan_lab_pairs_;
    chan_lab_sees_(&s);
    chan_lab_put_(&o, "{\"traceEvents\":[\n{\"ph\":\"M\",\"pid\":1,\"tid\":0,\"ts\":0.000,"
                      "\"name\":\"process_name\",\"args\":{\"name\":\"");
    chan_lab_put_json_(&o, chan_lab_.program);
    chan_lab_put_(&o, "\"}}");
    for (int i = 0; i < s.n_goroutines; i++)
        if (s.goroutines[i]) chan_lab_names_(&o, s.goroutines[i]);
    s.see = chan_lab_writes_event_;
    chan_lab_sees_(&s);
    chan_lab_put_(&o, "\n],\"displayTimeUnit\":\"ns\"}\n");
    chan_lab_flush_(&o);
}
/* With the lock; once: who comes later waits until it is done. */
static inline void chan_lab_writes_all_(void) {
    int nobody = 0; sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    if (atomic_compare_exchange_strong(&chan_lab_.written, &nobody, 1)) {
        if (chan_lab_.tracing) chan_lab_writes_trace_();
        if (chan_lab_log_.to >= 0) chan_lab_flush_(&chan_lab_log_);
        chan_lab_.written = 2;
    }
    while (chan_lab_.written < 2) (nanosleep)(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* ===== 9. The program's beginning and end ==================================================== */
/* Of a signal: leaves what we have. If it meets us with the lock, and can wait, it comes again when
 * we let go. Others may keep the lock for a moment; if not, something is badly wrong. */
static inline void chan_lab_dies_(int number) {
    bool waits = number != SIGABRT && number != SIGSEGV && number != SIGBUS && number != SIGFPE
                 && number != SIGILL;
    chan_lab_looks_for_parent_();
    if (chan_lab_own_.holds && waits) { chan_lab_own_.died = number; return; }
    for (int ms = 0; !chan_lab_own_.holds && ms < 200; ms++) {
        if ((pthread_mutex_trylock)(&chan_lab_.lock) == 0) break;
        (nanosleep)(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    struct chan_lab_events_ *last = me ? me->last_events : NULL;
    if (last && number == SIGABRT && last->n < last->room) {
        struct chan_lab_event_ *e = &last->event[last->n++];
        e->when = chan_lab_clock_(), e->kind = CHAN_LAB_ABORT_;
    }
    chan_lab_writes_all_();
    signal(number, SIG_DFL);
    raise(number);
}
/* At a normal end, after all that the program itself wants to do then: who is blocked, with no
 * time to end it, and which channels are still there. */
static inline bool chan_lab_is_left_(struct chan_lab_goroutine_ *g) {
    if (g == chan_lab_me_) return false;
    return chan_lab_.seeded ? g->state == CHAN_LAB_BLOCKED_ && g->deadline == CHAN_NEVER_
                            : g->parked && g->parked->state == CHAN_PARKED_ && !g->parked_timed;
}
static inline bool chan_lab_finds_leaks_(void) {
    static struct chan_lab_out_ o = { .to = 2 };
    bool found = false, moves = true, parks = true; /* who is about to block, or to end? */
    chan_lab_enter_();
    for (int ms = 0; !chan_lab_.seeded && ms < (parks ? 1000 : moves ? 50 : 0); ms++) {
        chan_lab_leave_();
        if (ms) (nanosleep)(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        chan_lab_enter_();
        moves = parks = false;
        chan_lab_each_(g) {
            if (g == chan_lab_me_ || chan_lab_is_left_(g)) continue;
            int kind = g->op.kind;
            moves = true, parks = parks || (!g->parked && (kind == CHAN_LAB_RECV_
                || kind == CHAN_LAB_SEND_ || kind == CHAN_LAB_SELECT_ || kind == CHAN_LAB_WAIT_));
        }
    }
    bool any = false;
    chan_lab_each_(g) any = any || chan_lab_is_left_(g);
    /* Would another have woken them? Who can go on does, while time stands still. */
    if (any && chan_lab_.seeded && chan_lab_me_) {
        chan_lab_comes_back_(chan_lab_me_);
        chan_lab_.leaver = chan_lab_me_, chan_lab_.last_step = chan_lab_.steps + 10000;
        chan_lab_blocks_(chan_lab_me_, CHAN_NEVER_);
        chan_lab_.leaver = NULL;
    }
    chan_lab_each_(g) {
        if (!chan_lab_is_left_(g)) continue;
        chan_lab_put_(&o, "leak: "), chan_lab_put_goroutine_(&o, g);
        found = true;
    }
    struct chan_ *last = chan_lab_.channels;
    while (last && last->lab.next) last = last->lab.next;
    for (struct chan_ *c = last; c; c = c->lab.prev) { /* the first made comes first */
        const char *of = chan_lab_spelled_(c->lab.at);
        if (c->is_timer) chan_lab_put_(&o, "leak: timer channel of %s ms", of);
        else chan_lab_put_(&o, "leak: channel of %s, capacity %zu", of, c->cap);
        chan_lab_put_(&o, ", made at %s, never freed\n", c->lab.at);
        found = true;
    }
    chan_lab_leave_();
    chan_lab_flush_(&o);
    return found;
}
static inline void chan_lab_says_goodbye_(int status) {
    chan_lab_looks_for_parent_();
    bool leaks = chan_lab_.leaks && chan_lab_finds_leaks_();
    chan_lab_enter_();
    chan_lab_writes_all_();
    chan_lab_leave_();
    if (!leaks || status != 0) return;
    fflush(NULL);
    _exit(4);
}
#ifdef __GLIBC__
static inline void chan_lab_on_exit_(int status, void *unused) {
    (void)unused, chan_lab_says_goodbye_(status);
}
#define chan_lab_at_exit_() on_exit(chan_lab_on_exit_, NULL)
#else /* what main returned nobody tells us; exit() does */
static inline void chan_lab_on_exit_(void) { chan_lab_says_goodbye_(chan_lab_.status); }
static inline _Noreturn void chan_lab_exit_(int status) { chan_lab_.status = status, exit(status); }
#define chan_lab_at_exit_() atexit(chan_lab_on_exit_)
#define exit(status) chan_lab_exit_(status)
#endif
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
static inline int chan_lab_opens_(const char *variable, int flags) {
    const char *name = getenv(variable);
    int fd = name && *name ? open(name, flags | O_CLOEXEC, 0666) : -1;
    if (fd >= 0 || !name || !*name) return fd;
    dprintf(2, "%s: %s: %s\n", variable, name, strerror(errno));
    _exit(2);
}
static inline char *chan_lab_reads_(int fd) { /* the whole file */
    size_t len = 0, room = 4096;
    char *text = malloc(room);
    for (ssize_t n; text && (n = read(fd, text + len, room - len - 1)) > 0;)
        if ((len += (size_t)n) + 1 == room) text = realloc(text, room *= 2);
    if (!text) chan_panic_("no memory for the schedule: %s\n", strerror(ENOMEM));
    text[len] = '\0';
    close(fd);
    return text;
}
static inline void *chan_lab_nothing_(void *nothing) { return nothing; }
static inline void chan_lab_refuses_plain_files_(void) {
    if (!chan_lab_plain_) return;
    dprintf(2, "compile all files of a program with -DCHAN_LAB, or none\n");
    _exit(2);
}
/* The ends of threads and of the program call functions of ours: so a plugin that was opened stays
 * in memory when it is closed. A program that opens none need not be linked with dlopen(). */
#if defined __PIC__ && !defined __PIE__
extern __typeof__(dladdr) dladdr __attribute__((weak));
extern __typeof__(dlopen) dlopen __attribute__((weak));
static inline void chan_lab_stays_in_memory_(void) {
    Dl_info ours;
    if (dladdr && dlopen && dladdr((void *)(size_t)chan_lab_stays_in_memory_, &ours))
        dlopen(ours.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}
#else
#define chan_lab_stays_in_memory_() ((void)0)
#endif
extern void __tsan_init(void) __attribute__((weak)); /* ThreadSanitizer has a thread of its own */
__attribute__((constructor)) static void chan_lab_begins_program_(void) {
    if (chan_lab_.begun) return;
    chan_lab_.begun = true;
    chan_lab_.pid = getpid();
    chan_lab_refuses_plain_files_();
    chan_lab_stays_in_memory_();
    const char *seed = getenv("CHAN_SEED"), *leaks = getenv("CHAN_LEAKS");
    char *end = "";
    if (seed && *seed) {
        chan_lab_.seeded = true, chan_lab_.first = !strcmp(seed, "first");
        if (!chan_lab_.first) chan_lab_.random = strtoull(seed, &end, 10);
        if (*end || *seed == '-') {
            dprintf(2, "CHAN_SEED is a number or `first`, not %s\n", seed);
            _exit(2);
        }
    }
    int from = chan_lab_opens_("CHAN_SCHEDULE", O_RDONLY);
    if (from >= 0) {
        chan_lab_.schedule = chan_lab_reads_(from);
        chan_lab_.seeded = chan_lab_.first = true;
    }
    cpu_set_t here; /* only one runs: on one core the turn is passed on five times as fast */
    CPU_ZERO(&here);
    CPU_SET(sched_getcpu() < 0 ? 0 : (size_t)sched_getcpu(), &here);
    if (chan_lab_.seeded) sched_setaffinity(0, sizeof here, &here);
    int anew = O_WRONLY | O_CREAT | O_TRUNC;
    if (chan_lab_.seeded) chan_lab_log_.to = chan_lab_opens_("CHAN_CHOICES", anew);
    chan_lab_.trace_to = chan_lab_opens_("CHAN_TRACE", anew);
    chan_lab_.tracing = chan_lab_.trace_to >= 0;
    chan_lab_.leaks = leaks && *leaks && strcmp(leaks, "0");
    struct timespec day;
    (clock_gettime)(CLOCK_REALTIME, &day);
    chan_lab_.day = day.tv_sec * 1000000000LL + day.tv_nsec;
    chan_lab_.began = chan_lab_real_();
    chan_lab_.program = program_invocation_short_name;
    pthread_key_create(&chan_lab_.at_end, chan_lab_thread_ends_);
    chan_lab_adopts_("main");
    pthread_t id; /* whose thread is there from our first on */
    if (__tsan_init && (pthread_create)(&id, NULL, chan_lab_nothing_, NULL) == 0)
        (pthread_join)(id, NULL), chan_lab_any_thread_(chan_lab_excuses_);
    pthread_atfork(chan_lab_enter_, chan_lab_leave_, chan_lab_in_child_);
    chan_lab_at_exit_();
    const int deaths[] = { SIGABRT, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGALRM, SIGSEGV,
                           SIGBUS, SIGFPE, SIGILL };
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
        struct sigaction was, now = { .sa_handler = chan_lab_dies_, .sa_flags = SA_RESTART };
        sigfillset(&now.sa_mask);
        if (!chan_lab_.tracing && chan_lab_log_.to < 0) break;
        if (!sigaction(deaths[i], NULL, &was) && was.sa_handler == SIG_DFL)
            sigaction(deaths[i], &now, NULL);
    }
}

/* ===== 10. From here on, in the program's own text =========================================== */
#define chan_lab_kind_(T) _Generic((__typeof__(T) *)0, \
    bool *: 'b', char *: 'c', signed char *: '1', short *: '2', int *: '4', long *: '8', \
    long long *: '8', unsigned char *: 'A', unsigned short *: 'B', unsigned *: 'D', \
    unsigned long *: 'H', unsigned long long *: 'H', float *: 'f', double *: 'd', \
    long double *: 'l', char **: 's', const char **: 's', default: 0)
#undef chan_make
#define chan_make(T, capacity) (chan_no_array_(T), (chan(T))chan_lab_make_( \
    sizeof(__typeof__(T)), capacity, chan_lab_kind_(T), CHAN_AT_(#T)))
#define chan_send_ chan_lab_send_
#define chan_recv_ chan_lab_recv_
#define chan_close_ chan_lab_close_
#define chan_free_ chan_lab_free_
#define chan_timer_ chan_lab_timer_
#define chan_select_ chan_lab_select_
#define wg_add_ chan_lab_wg_add_
#define chan_go_ chan_lab_go_
#undef chan_len
#define chan_len(c) chan_lab_len_(chan_any_(c), CHAN_AT_(#c))
#undef chan_cap
#define chan_cap(c) chan_lab_cap_(chan_any_(c), CHAN_AT_(#c))
#define wg_wait(wg) chan_lab_wg_wait_(wg, CHAN_AT_(#wg))
#define chan_now_ms() chan_lab_now_ms_(CHAN_AT_("the clock"))
#undef chan_sleep_ms
#define chan_sleep_ms(n) chan_lab_sleep_ms_(chan_int_(n), CHAN_AT_(#n))
#define sleep(s) chan_lab_sleep_(s, CHAN_AT_(#s))
#define usleep(us) chan_lab_usleep_(us, CHAN_AT_(#us))
#define nanosleep(t, rest) chan_lab_nanosleep_(t, rest, CHAN_AT_(#t))
#define clock_nanosleep(clock, flags, t, rest) \
    chan_lab_clock_nanosleep_(clock, flags, t, rest, CHAN_AT_(#t))
#define clock_gettime(clock, t) chan_lab_clock_gettime_(clock, t, CHAN_AT_("the clock"))
#define sched_yield() chan_lab_sched_yield_()
#define pthread_yield() chan_lab_sched_yield_()
#define pthread_mutex_lock(m) chan_lab_mutex_lock_(m, CHAN_AT_(#m))
#define pthread_mutex_timedlock(m, t) chan_lab_mutex_timedlock_(m, t, CHAN_AT_(#m))
#define pthread_mutex_trylock(m) chan_lab_mutex_trylock_(m, CHAN_AT_(#m))
#define pthread_mutex_unlock(m) chan_lab_mutex_unlock_(m, CHAN_AT_(#m))
#define pthread_rwlock_rdlock(l) chan_lab_rwlock_rdlock_(l, CHAN_AT_(#l))
#define pthread_rwlock_wrlock(l) chan_lab_rwlock_wrlock_(l, CHAN_AT_(#l))
#define pthread_rwlock_unlock(l) chan_lab_rwlock_unlock_(l, CHAN_AT_(#l))
#define pthread_cond_wait(c, m) chan_lab_cond_wait_(c, m, NULL, CHAN_AT_(#c))
#define pthread_cond_timedwait(c, m, t) chan_lab_cond_wait_(c, m, t, CHAN_AT_(#c))
#define pthread_cond_signal(c) chan_lab_cond_wakes_(c, false, CHAN_AT_(#c))
#define pthread_cond_broadcast(c) chan_lab_cond_wakes_(c, true, CHAN_AT_(#c))
#define pthread_once(once, f) chan_lab_pthread_once_(once, f, CHAN_AT_(#f))
#define pthread_join(id, result) chan_lab_pthread_join_(id, result, CHAN_AT_(#id))
#define chan_lab_as_it_is_(f, ...) (chan_lab_names_call_(CHAN_AT_(#f)), (f)(__VA_ARGS__))
#define sem_wait(s) chan_lab_as_it_is_(sem_wait, s)
#define sem_timedwait(s, t) chan_lab_as_it_is_(sem_timedwait, s, t)
#define pthread_barrier_wait(b) chan_lab_as_it_is_(pthread_barrier_wait, b)
#define pthread_spin_lock(l) chan_lab_as_it_is_(pthread_spin_lock, l)
#define pthread_rwlock_timedrdlock(l, t) chan_lab_as_it_is_(pthread_rwlock_timedrdlock, l, t)
#define pthread_rwlock_timedwrlock(l, t) chan_lab_as_it_is_(pthread_rwlock_timedwrlock, l, t)
#define pthread_mutex_clocklock(m, c, t) chan_lab_as_it_is_(pthread_mutex_clocklock, m, c, t)
#define pthread_cond_clockwait(v, m, c, t) chan_lab_as_it_is_(pthread_cond_clockwait, v, m, c, t)
#define mtx_lock(m) chan_lab_as_it_is_(mtx_lock, m)
#define mtx_timedlock(m, t) chan_lab_as_it_is_(mtx_timedlock, m, t)
#define cnd_wait(c, m) chan_lab_as_it_is_(cnd_wait, c, m)
#define cnd_timedwait(c, m, t) chan_lab_as_it_is_(cnd_timedwait, c, m, t)
#define thrd_create(id, f, arg) chan_lab_as_it_is_(thrd_create, id, f, arg)
#define thrd_join(id, result) chan_lab_as_it_is_(thrd_join, id, result)
#define thrd_sleep(t, rest) chan_lab_as_it_is_(thrd_sleep, t, rest)
#endif
