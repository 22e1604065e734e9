/* fibers.h -- under a seed, with -DCHAN_FIBERS: goroutines are fibers of one thread.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_FIBERS_H
#define CHAN_LAB_FIBERS_H
#include "report.h"

/* Under a seed one goroutine runs at a time. So one thread is enough, the one that calls go()
 * first. Passing the turn on is then a switch of stacks, which costs far less than waking another
 * thread. Which goroutine gets the turn does not depend on that: a seed makes the same choices with
 * threads and with fibers. Without a seed the laboratory uses threads.
 *
 * A thread from pthread_create() stays a thread and waits for its turn at its own futex. While such
 * a thread has the turn, or no goroutine has it, the thread of the fibers sleeps at `awake`. A
 * system call that the laboratory does not redirect holds up all fibers until it returns. */
struct lab_fiber {
    void *sp;               /* the saved stack pointer; the registers are on the stack */
    struct lab_fiber *next; /* of the free ones */
    char *low;              /* its stack; the lowest page is a guard, but not of main's stack */
    size_t bytes;
    struct chan_goroutine_ g;
    void *fake; /* AddressSanitizer's second stack */
};
struct lab_fibers {
    struct lab_fiber *current; /* NULL before the first go() */
    struct lab_fiber *free;
    struct lab_fiber *ended;   /* the one whose stack is left at this moment, and is free then */
    struct lab_fiber first;    /* of the thread's own stack */
    pthread_t thread;
    pid_t tid;
    atomic_int awake; /* its futex: 0 while it may sleep */
};
struct lab_fibers lab_fibers_ __attribute__((weak));
#if defined __x86_64__ || defined __aarch64__
#define CHAN_SWITCH_ONLY_
#include "../chan_fibers.h"

extern void __sanitizer_start_switch_fiber(void **, const void *, size_t) __attribute__((weak));
extern void __sanitizer_finish_switch_fiber(void *, const void **, size_t *)
    __attribute__((weak));
/* The memory of the fiber that has just ended may be used again: nothing runs on it now. */
static inline void lab_fibers_arrive(void *fake) {
    struct lab_fiber *ended = lab_fibers_.ended;
    if (__sanitizer_finish_switch_fiber) __sanitizer_finish_switch_fiber(fake, NULL, NULL);
    lab_fibers_.ended = NULL;
    if (!ended) return;
    ended->next = lab_fibers_.free;
    lab_fibers_.free = ended;
}
/* Without the lock. Returns when this fiber is switched to again. */
static inline void lab_fibers_switch(struct lab_fiber *to) {
    struct lab_fiber *from = lab_fibers_.current;
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    void **fake = from == lab_fibers_.ended ? NULL : &from->fake;
    int error = errno;
    lab_fibers_.current = to;
    if (__sanitizer_start_switch_fiber) __sanitizer_start_switch_fiber(fake, to->low, to->bytes);
    chan_swap_(&from->sp, to->sp, NULL);
    lab_fibers_arrive(from->fake);
    chan_lab_me_ = me;
    errno = error;
}
/* A new stack is as large as go_stack_bytes() says, and the laboratory's own calls need some more.
 * One of another size is kept for later. */
static inline struct lab_fiber *lab_fibers_new_stack(const struct chan_goroutine_ *g) {
    enum { LAB_FIBERS_OWN = 64 * 1024, LAB_FIBERS_GUARD = 65536, LAB_FIBERS_NO_HUGE_PAGE = 15 };
    size_t bytes = ((size_t)g->stack_bytes + LAB_FIBERS_OWN + 65535) / 65536 * 65536;
    for (struct lab_fiber **p = &lab_fibers_.free; *p; p = &(*p)->next) {
        struct lab_fiber *f = *p;
        if (f->bytes != bytes) continue;
        *p = f->next;
        return f;
    }
    char *low = mmap(NULL, LAB_FIBERS_GUARD + bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (low == MAP_FAILED)
        chan_panic_("no stack for goroutine %d: %s (%s)\n", g->lab->number, strerror(errno),
                    g->at);
    madvise(low, LAB_FIBERS_GUARD + bytes, LAB_FIBERS_NO_HUGE_PAGE);
    mprotect(low, LAB_FIBERS_GUARD, PROT_NONE);
    struct lab_fiber *f = lab_state_alloc(sizeof *f);
    f->low = low + LAB_FIBERS_GUARD;
    f->bytes = bytes;
    return f;
}
/* The fiber of the goroutine that has the turn, or NULL if a thread or none has it. With the lock,
 * because a thread may pass the turn on at any time. */
static inline struct lab_fiber *lab_fibers_next(void) {
    struct chan_lab_goroutine_ *g = chan_lab_.running;
    if (!g || !g->fiber) lab_fibers_.awake = 0;
    return g ? g->fiber : NULL;
}
/* Without the lock, in the thread of the fibers: lets `to` run or, with NULL, sleeps until a fiber
 * may have the turn. Returns false if a signal handler has run. */
static inline bool lab_fibers_go_on(struct lab_fiber *to) {
    if (to == lab_fibers_.current) return true;
    if (to) {
        lab_fibers_switch(to);
        return true;
    }
    long error = syscall(SYS_futex, &lab_fibers_.awake, 128 /* WAIT, private */, 0, NULL, NULL, 0);
    return error == 0 || errno != EINTR;
}
/* With the lock: a fiber has the turn. */
static inline void lab_fibers_wake(void) {
    lab_fibers_.awake = 1;
    if (pthread_equal(pthread_self(), lab_fibers_.thread)) return;
    syscall(SYS_futex, &lab_fibers_.awake, 129 /* WAKE, private */, 1, NULL, NULL, 0);
}
/* The goroutine of the current fiber has ended, and has passed the turn on. */
_Noreturn static inline void lab_fibers_end(struct lab_fiber *f) {
    for (;;) {
        lab_state_enter();
        struct lab_fiber *to = lab_fibers_next();
        bool is_last = !chan_lab_.live; /* after pthread_exit() in main */
        if (to && f != &lab_fibers_.first) lab_fibers_.ended = f;
        lab_state_leave();
        if (is_last) exit(0);
        lab_fibers_go_on(to);
    }
}
_Noreturn static inline void lab_fibers_leave_goroutine(void) {
    struct lab_fiber *f = lab_fibers_.current;
    free(f->g.copy);
    if (f->g.wg) wg_add_(f->g.wg, -1, f->g.at);
    chan_hook_ends_();
    lab_fibers_end(f);
}
static inline void lab_fibers_main(struct chan_worker_ *none) {
    struct lab_fiber *f = lab_fibers_.current;
    pid_t pid = chan_lab_.pid;
    (void)none;
    lab_fibers_arrive(NULL);
    chan_hook_starts_(&f->g);
    f->g.f(f->g.arg);
    if (pid != getpid()) exit(0); /* In a child process this is main, and returns. */
    lab_fibers_leave_goroutine();
}
/* The thread that calls go() first runs all fibers. What it runs now is one too. */
static inline void lab_fibers_begin(struct chan_lab_goroutine_ *me) {
    pthread_attr_t attr;
    void *low = NULL;
    if (lab_fibers_.current) return;
    /* Only AddressSanitizer must know where this stack is. To find out takes long. */
    if (__sanitizer_start_switch_fiber && pthread_getattr_np(pthread_self(), &attr) == 0) {
        pthread_attr_getstack(&attr, &low, &lab_fibers_.first.bytes);
        pthread_attr_destroy(&attr);
    }
    lab_fibers_.first.low = low;
    lab_fibers_.thread = pthread_self();
    lab_fibers_.tid = (pid_t)syscall(SYS_gettid);
    lab_fibers_.current = me->fiber = &lab_fibers_.first;
}
static inline bool lab_fibers_are_wanted(void) { return chan_lab_.seeded && chan_lab_.fibers; }
static inline void lab_fibers_start(struct chan_goroutine_ g) {
    lab_state_enter();
    lab_fibers_begin(chan_lab_me_);
    struct lab_fiber *f = lab_fibers_new_stack(&g);
    f->g = g;
    f->fake = NULL;
    f->sp = chan_first_frame_(f->low + f->bytes, lab_fibers_main);
    g.lab->fiber = f;
    lab_state_leave();
}
/* pthread_exit() in a goroutine ends the goroutine. */
LAB_CALL_ _Noreturn void lab_fibers_exit(void *result) {
    struct chan_lab_goroutine_ *me = chan_lab_me_;
    if (!me || !me->fiber) (pthread_exit)(result);
    lab_fibers_leave_goroutine();
}
#else /* Other machines have no fibers. */
static inline struct lab_fiber *lab_fibers_next(void) { return NULL; }
static inline bool lab_fibers_go_on(struct lab_fiber *to) { return !to; }
static inline void lab_fibers_wake(void) {}
static inline bool lab_fibers_are_wanted(void) { return false; }
static inline void lab_fibers_start(struct chan_goroutine_ g) { (void)g; }
LAB_CALL_ _Noreturn void lab_fibers_exit(void *result) { (pthread_exit)(result); }
#endif

#endif
