/* chan_fibers.h -- a second engine under chan.h: goroutines as fibers, many on each kernel thread.
 *
 *     cc -std=c11 -O2 -pthread -DCHAN_FIBERS prog.c
 *
 * chan.h includes this file, so that the same program runs on either engine. A fiber is a stack and
 * a saved stack pointer. A worker is a kernel thread that runs one fiber at a time. There is one
 * worker for each core, and one more for each that is stuck in a blocking call. A fiber that waits
 * leaves its worker to the next fiber, and may go on in another worker. main is a fiber too, once
 * it has called go(). Any other thread waits as it does without fibers, see section 5 of chan.h.
 *
 * These are the invariants:
 *   - A fiber is in one place only: it runs in one worker, is ready in one queue, or is parked in
 *     one parker. Whoever takes it out of there, by one exchange or under a lock, owns it.
 *   - A fiber is published after the switch. It saves its registers and leaves its stack. Then the
 *     next context of this worker puts it into its parker or a queue. So no worker ever runs on a
 *     stack that is still in use.
 *   - The state of a parker is looking, parked (a thread sleeps), woken, or else the address of the
 *     fiber that is parked. So the exchange in chan_wake_() also tells whom to make ready.
 *   - A fiber with a deadline is parked and put into the heap of timers under the heap's lock. It
 *     is out of the heap before it goes on. So a timer never touches a parker that is gone.
 *   - After a switch the worker may be another one. It travels through the switch in a register,
 *     and functions that read a thread-local are never inlined.
 *   - Only the owner adds to the ring of a worker. Everybody takes from it by compare-and-swap. A
 *     worker's memory is never freed, so a thief may look at one whose thread has ended.
 *   - Who adds work looks for sleeping workers afterwards. Who goes to sleep says so and looks for
 *     work afterwards. So no work lies while a worker sleeps, unless a rule below says it pays.
 * SPDX-License-Identifier: 0BSD
 */
#if !defined __x86_64__ && !defined __aarch64__
#error "chan_fibers.h knows x86-64 and arm64: compile without -DCHAN_FIBERS"
#include "see the #error above"
#endif
#include <sys/mman.h>
#ifndef CHAN_SWITCH_
/* ===== 0. The switch: the laboratory uses this section alone ================================= */
#ifndef __has_attribute
#define __has_attribute(x) 0
#endif
#if __has_attribute(disable_sanitizer_instrumentation)
#define CHAN_UNSEEN_ disable_sanitizer_instrumentation
#else
#define CHAN_UNSEEN_ no_sanitize("thread")
#endif
#define CHAN_SWITCH_ __attribute__((noinline, unused, CHAN_UNSEEN_)) static
struct chan_worker_;
/* Saves this context at *save and goes on with the one whose stack pointer is `to`. A context is
 * saved as three words on its stack: where it goes on, its frame pointer, and for arm64 its link
 * register. The compiler saves the other registers, because it is told that they change. The worker
 * is passed in the register of the first argument, so a new fiber gets it as one. The modes of
 * floating-point numbers are not saved: the worker's fibers share them. */
CHAN_SWITCH_ struct chan_worker_ *chan_swap_(void **save, void *to, struct chan_worker_ *w) {
#ifdef __x86_64__
    __asm__ volatile("lea -128(%%rsp), %%rsp\n\t" /* the ABI gives this much below to a leaf */
                     "push %%rbp\n\t"
                     "lea 1f(%%rip), %%rax\n\t"
                     "push %%rax\n\t"
                     "mov %%rsp, (%[save])\n\t"
                     "mov %[to], %%rsp\n\t"
                     "pop %%rax\n\t"
                     "pop %%rbp\n\t"
                     "jmp *%%rax\n" /* a ret would be mispredicted */
                     "1:\tlea 128(%%rsp), %%rsp"
                     : [w] "+D"(w), [save] "+S"(save), [to] "+d"(to)::"rax", "rbx", "rcx", "r8",
                       "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory", "cc");
#else
    register struct chan_worker_ *x0 __asm__("x0") = w;
    register void **x1 __asm__("x1") = save;
    register void *x2 __asm__("x2") = to;
    __asm__ volatile("stp x29, x30, [sp, #-32]!\n\t"
                     "adr x16, 1f\n\t"
                     "str x16, [sp, #16]\n\t"
                     "mov x16, sp\n\t"
                     "str x16, [x1]\n\t"
                     "mov sp, x2\n\t"
                     "ldr x16, [sp, #16]\n\t"
                     "ldp x29, x30, [sp], #32\n\t"
                     "br x16\n"
                     "1:\thint #34" /* BTI c: where a branch by x16 may arrive */
                     : "+r"(x0), "+r"(x1), "+r"(x2)::"x3", "x4", "x5", "x6", "x7", "x8", "x9",
                       "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x19", "x20", "x21",
                       "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x30", "v8", "v9", "v10",
                       "v11", "v12", "v13", "v14", "v15", "memory", "cc");
    w = x0;
#endif
    return w;
}
/* Lays out what chan_swap_() takes from a stack, so that it calls begin(worker). The caller's
 * address is 0, which ends a backtrace. Returns the stack pointer. */
CHAN_SWITCH_ void *chan_first_frame_(char *top, void (*begin)(struct chan_worker_ *)) {
    void **sp = (void **)((uintptr_t)top & ~(uintptr_t)15);
#ifdef __x86_64__
    sp -= 5; /* a function begins 8 bytes below a multiple of 16, at its caller's address */
    sp[0] = (void *)(uintptr_t)begin;
    sp[1] = NULL;
    sp[2] = NULL;
#else
    sp -= 4;
    sp[0] = NULL;
    sp[1] = NULL;
    sp[2] = (void *)(uintptr_t)begin;
#endif
    return sp;
}
#endif
#ifndef CHAN_SWITCH_ONLY_
#ifndef CHAN_FIBERS_H
#define CHAN_FIBERS_H

/* ===== 1. What chan.h must know beforehand =================================================== */
/* clang-format off */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined __SANITIZE_THREAD__ || __has_feature(thread_sanitizer)
#include <sanitizer/tsan_interface.h>
#define CHAN_IF_TSAN_(...) __VA_ARGS__
#else
#define CHAN_IF_TSAN_(...)
#endif
#if defined __SANITIZE_ADDRESS__ || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#define CHAN_IF_ASAN_(...) __VA_ARGS__
#else
#define CHAN_IF_ASAN_(...)
#endif
/* A function apart is never inlined, so no caller keeps the address of a thread-local that it has
 * read. It is also hidden from ThreadSanitizer, which would take the order of the scheduler for one
 * that the program may rely on. */
#define CHAN_APART_ CHAN_SWITCH_
#define CHAN_HAS_FIBERS_ 1
typedef uintptr_t chan_state_;
struct chan_fiber_;
struct chan_parker_;
CHAN_APART_ struct chan_worker_ *chan_worker_now_(void); /* NULL in a thread that is no worker */
CHAN_APART_ bool chan_fiber_park_(struct chan_worker_ *w, struct chan_parker_ *p,
    long long deadline);
CHAN_APART_ void chan_fiber_ready_(struct chan_fiber_ *f);
CHAN_APART_ void chan_fiber_sleep_(struct chan_worker_ *w, long long end);
CHAN_APART_ const char **chan_fiber_deferred_at_(void);
_Noreturn CHAN_APART_ void chan_fiber_exit_(void *result);
/* The C library promises the compiler that errno stays where it is. After a switch it does not: the
 * fiber may be in another thread. This function promises nothing. */
CHAN_APART_ int *chan_errno_at_(void) {
    __asm__ volatile("" ::: "memory");
    CHAN_IF_TSAN_(__tsan_acquire(&errno);) /* that its thread has begun, see chan_own_thread_() */
    return &errno;
}
#undef errno
#define errno (*chan_errno_at_())
#define chan_deferred_at_ (*chan_fiber_deferred_at_())
#define pthread_exit(result) chan_fiber_exit_(result)
/* clang-format on */

#else /* The second half: chan.h has declared its parkers, locks and wait groups. */

/* ===== 2. Fibers, workers, and what they share =============================================== */
enum {
    CHAN_RING_ = 256,        /* places in a worker's queue */
    CHAN_MAX_WORKERS_ = 512, /* more blocking calls at once than these make each other wait */
    CHAN_CACHED_ = 64,       /* free stacks that a worker keeps for itself */
    CHAN_CLASSES_ = 48,      /* of stacks: class k has 2 to the power of k bytes */
    CHAN_SPINS_ = 20,        /* how often an idle worker looks round before it sleeps */
    CHAN_CROWD_ = 16,        /* waiting fibers that are worth to be shared */
    CHAN_FEW_TURNS_ = 2,     /* a worker with fewer turns between two looks has long tasks */
    CHAN_MS_ = 1000000       /* in nanoseconds */
};
/* The record of a fiber is at the top of its stack. What go() has copied is below it. */
struct chan_fiber_ {
    void *sp;                 /* the saved stack pointer; the registers are on the stack */
    struct chan_fiber_ *next; /* in the global queue or a list of free ones */
    enum { CHAN_PARKS_, CHAN_YIELDS_, CHAN_ENDS_ } leaves; /* why it leaves its worker */
    atomic_int heap_at;                                    /* its place among the timers, or -1 */
    struct chan_parker_ *parker;                           /* where it waits, until the deadline */
    long long deadline;
    char *low; /* its stack: the guard page is the lowest one */
    size_t bytes;
    struct chan_slab_ *slab; /* NULL for main, and for a thread's own stack */
    void (*f)(void *);
    void *arg, *copy; /* copy is NULL, or a copy that is too large for the stack */
    struct waitgroup *wg;
    const char *at, *deferred_at; /* where go() was called, and see chan_run_deferred_() */
    CHAN_IF_TSAN_(void *tsan;)
    CHAN_IF_ASAN_(void *fake;)
};
struct chan_worker_ {
    struct chan_fiber_ *current, *leaving; /* the fiber that runs, and the one that has just left */
    struct chan_fiber_ *idle;              /* the context that looks for work */
    unsigned streak, random;
    struct chan_fiber_ *free; /* stacks, all of one class */
    int n_free, free_class;
    atomic_llong started, ended; /* goroutines */
    /* What thieves look at: the fiber that runs next, the turns so far, the queue. */
    _Alignas(128) _Atomic(struct chan_fiber_ *) run_next;
    atomic_uint turns, head, tail;
    atomic_bool looks_round; /* the next turn begins with the timers and the global queue */
    _Atomic(struct chan_fiber_ *) ring[CHAN_RING_];
    _Alignas(128) atomic_int sleeping; /* the word on which it sleeps: 1 while it does */
    atomic_bool is_alive;              /* it has a thread */
    atomic_bool is_stuck;              /* it has made no turn between two looks of the monitor */
    bool is_main;                      /* its thread is the process's first */
    unsigned seen_turns;               /* the monitor's */
    struct chan_fiber_ own;            /* of the thread's own stack: main, or the idle context */
};
struct chan_slab_ { /* in the first page of a mapping with up to 64 stacks */
    struct chan_slab_ *next, *next_cold;
    size_t bytes;            /* of each stack */
    unsigned long long cold; /* a bit for each stack that is free and has no memory */
    int n, class_;
};
__attribute__((weak, visibility("hidden"))) struct chan_fibers_ {
    pthread_once_t once;
    atomic_int lock; /* guards the global queue, the stacks, and who becomes a worker */
    struct chan_fiber_ *first, *last;
    atomic_long n_queued;
    struct chan_class_ {
        struct chan_fiber_ *free;
        int n_free, n_spare; /* now, and the fewest since the monitor last looked */
        struct chan_slab_ *cold;
    } classes[CHAN_CLASSES_];
    struct chan_slab_ *slabs;
    long n_stacks, n_guards;
    atomic_int heap_lock; /* guards the timers */
    struct chan_fiber_ **heap;
    int n_heap, cap_heap;
    atomic_llong soonest; /* of the timers' deadlines */
    atomic_int n_workers; /* places in use; a place whose thread has ended is used again */
    atomic_int n_alive, n_idle, n_looking, n_cores;
    struct chan_worker_ *_Atomic workers[CHAN_MAX_WORKERS_];
    atomic_bool is_shy; /* the last look round found nothing that was worth taking */
    atomic_int monitor_sleeps;
    atomic_bool main_left, is_closing; /* after pthread_exit() in main */
    atomic_llong started;              /* goroutines, by threads that are no workers */
    size_t page;
    sigset_t mask;     /* of all workers */
    bool handles_segv; /* this and the next outlive a fork, as the handler does */
    struct sigaction old_segv;
} chan_fibers_ = { .once = PTHREAD_ONCE_INIT };
__attribute__((weak, visibility("hidden"))) _Thread_local struct chan_worker_ *chan_worker_;
CHAN_APART_ struct chan_worker_ *chan_worker_now_(void) {
    struct chan_worker_ *w = chan_worker_;
    __asm__ volatile("" : "+r"(w)::"memory");
    return w;
}
#define chan_relaxed_(x) atomic_load_explicit(&(x), memory_order_relaxed)
#define chan_relaxed_set_(x, value) atomic_store_explicit(&(x), value, memory_order_relaxed)
/* How many goroutines there are, or were a moment ago. The counts only grow. Those that have ended
 * are counted first, so if this returns 0 there was a moment without any. */
CHAN_APART_ long long chan_count_(void) {
    struct chan_fibers_ *all = &chan_fibers_;
    long long n = 0;
    for (int i = 0; i < all->n_workers; i++) n -= all->workers[i]->ended;
    for (int i = 0; i < all->n_workers; i++) n += all->workers[i]->started;
    return n + all->started;
}
/* The engine takes no memory from malloc(), so that what is left in a child process is no leak. */
CHAN_APART_ void *chan_map_(size_t size) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}
CHAN_APART_ void chan_hold_(atomic_int *lock) {
    for (int n = 0; atomic_exchange_explicit(lock, 1, memory_order_acquire); n++)
        if (n < 100 && !chan_program_.one_core) chan_pause_();
        else if (n < 1000) sched_yield();
        else nanosleep(&(struct timespec){ .tv_nsec = 50000 }, NULL);
}
CHAN_APART_ void chan_let_go_(atomic_int *lock) {
    atomic_store_explicit(lock, 0, memory_order_release);
}

/* ===== 3. Switching ========================================================================== */
/* Prepares a fiber that will call begin(worker). */
CHAN_APART_ void chan_lay_out_(struct chan_fiber_ *f, char *top,
                               void (*begin)(struct chan_worker_ *)) {
    f->sp = chan_first_frame_(top, begin);
    f->leaves = CHAN_PARKS_;
    f->heap_at = -1;
    CHAN_IF_TSAN_(f->tsan = __tsan_create_fiber(0);)
    CHAN_IF_ASAN_(f->fake = NULL;)
}
CHAN_APART_ void chan_landed_(struct chan_worker_ *w);
/* Leaves the current fiber for `to`, or for the idle context. It returns when some worker has
 * switched back, perhaps another one. */
CHAN_APART_ void chan_switch_(struct chan_worker_ *w, struct chan_fiber_ *to) {
    struct chan_fiber_ *from = w->current;
    int error = *chan_errno_at_();
    if (!to) to = w->idle;
    w->current = to;
    w->leaving = from;
    CHAN_IF_TSAN_(__tsan_switch_to_fiber(to->tsan, __tsan_switch_to_fiber_no_sync);)
    CHAN_IF_ASAN_(void **fake = from->leaves == CHAN_ENDS_ ? NULL : &from->fake;)
    CHAN_IF_ASAN_(__sanitizer_start_switch_fiber(fake, to->low, to->bytes);)
    w = chan_swap_(&from->sp, to->sp, w);
    CHAN_IF_ASAN_(__sanitizer_finish_switch_fiber(from->fake, NULL, NULL);)
    chan_landed_(w);
    *chan_errno_at_() = error;
}

/* ===== 4. Stacks ============================================================================= */
/* Stacks come in classes by size, in slabs of up to 64, whose mapping is never given back. A free
 * stack is hot or cold. A hot one has its memory and is in a list, its worker's or that of all. A
 * cold one is a bit in its slab. The monitor cools those that lay unused for a while. Under
 * ThreadSanitizer each stack is a slab and is unmapped, because it would take the use of a stack by
 * two goroutines, one after the other, for a race. */
CHAN_APART_ int chan_class_of_(long long bytes) {
    int k = 15; /* of the smallest, the guard page is a quarter */
    while (k < CHAN_CLASSES_ - 1 && 1LL << k < bytes) k++;
    return k;
}
/* Linux has guards without a mapping of their own since 6.13. An older one has at most 65,530
 * mappings for a process, and a guard costs two. */
CHAN_APART_ void chan_guard_(char *low) {
    enum { CHAN_GUARD_INSTALL_ = 102, CHAN_GUARDS_ = 20000 };
    struct chan_fibers_ *all = &chan_fibers_;
    if (madvise(low, all->page, CHAN_GUARD_INSTALL_) == 0) return;
    if (all->n_guards < CHAN_GUARDS_ && mprotect(low, all->page, PROT_NONE) == 0) all->n_guards++;
    else if (all->n_guards <= CHAN_GUARDS_) {
        dprintf(2, "chan_fibers.h: from goroutine %ld on stacks have no guard\n", all->n_stacks);
        all->n_guards = CHAN_GUARDS_ + 1;
    }
}
CHAN_APART_ char *chan_low_(struct chan_slab_ *s, int i) {
    return (char *)s + chan_fibers_.page + (size_t)i * s->bytes;
}
/* A new slab, all cold. The caller holds the lock. */
CHAN_APART_ struct chan_slab_ *chan_slab_(int class_) {
    enum { CHAN_NO_HUGE_PAGE_ = 15 };
    struct chan_fibers_ *all = &chan_fibers_;
    size_t bytes = (size_t)1 << class_, n = ((size_t)16 << 20) / bytes;
    n = n < 1 ? 1 : n > 64 ? 64 : n;
    CHAN_IF_TSAN_(n = 1;)
    size_t whole = all->page + n * bytes;
    struct chan_slab_ *s = chan_map_(whole);
    if (!s) return NULL;
    madvise(s, whole, CHAN_NO_HUGE_PAGE_);
    *s = (struct chan_slab_){ .bytes = bytes, .n = (int)n, .class_ = class_ };
    s->cold = n == 64 ? ~0ULL : (1ULL << n) - 1;
    s->next = all->slabs;
    CHAN_IF_TSAN_(if (false)) all->slabs = s; /* it would be unmapped */
    s->next_cold = all->classes[class_].cold;
    all->classes[class_].cold = s;
    all->n_stacks += (long)n;
    for (int i = 0; i < s->n; i++) chan_guard_(chan_low_(s, i));
    return s;
}
/* Where the record of a stack is. */
CHAN_APART_ struct chan_fiber_ *chan_record_(char *low, size_t bytes) {
    uintptr_t top = (uintptr_t)low + bytes;
    return (struct chan_fiber_ *)((top - sizeof(struct chan_fiber_)) & ~(uintptr_t)63);
}
/* Takes a cold stack. The caller holds the lock. */
CHAN_APART_ struct chan_fiber_ *chan_warm_up_(int class_) {
    struct chan_slab_ *s = chan_fibers_.classes[class_].cold;
    if (!s) s = chan_slab_(class_);
    if (!s) return NULL;
    int i = __builtin_ctzll(s->cold);
    s->cold &= s->cold - 1;
    if (!s->cold) chan_fibers_.classes[class_].cold = s->next_cold;
    char *low = chan_low_(s, i);
    struct chan_fiber_ *f = chan_record_(low, s->bytes);
    *f = (struct chan_fiber_){ .low = low, .bytes = s->bytes, .slab = s };
    return f;
}
/* Gives the memory of a free stack back to the system. */
CHAN_APART_ void chan_cool_down_(struct chan_fiber_ *f) {
    struct chan_fibers_ *all = &chan_fibers_;
    struct chan_slab_ *s = f->slab;
    char *low = f->low;
    int i = (int)((size_t)(low - chan_low_(s, 0)) / s->bytes);
    madvise(low + all->page, s->bytes - all->page, MADV_DONTNEED);
    chan_hold_(&all->lock);
    if (!s->cold) {
        s->next_cold = all->classes[s->class_].cold;
        all->classes[s->class_].cold = s;
    }
    s->cold |= 1ULL << i;
    chan_let_go_(&all->lock);
}
/* Moves free stacks from a worker to the common list, until it has n. */
CHAN_APART_ void chan_give_back_(struct chan_worker_ *w, int n) {
    struct chan_fibers_ *all = &chan_fibers_;
    struct chan_class_ *c = &all->classes[w->free_class];
    chan_hold_(&all->lock);
    for (; w->n_free > n; w->n_free--) {
        struct chan_fiber_ *f = w->free;
        w->free = f->next;
        f->next = c->free;
        c->free = f;
        c->n_free++;
    }
    chan_let_go_(&all->lock);
}
/* A stack of the common list, or a cold one. The caller holds the lock. */
CHAN_APART_ struct chan_fiber_ *chan_common_stack_(int class_, bool hot_only) {
    struct chan_class_ *c = &chan_fibers_.classes[class_];
    struct chan_fiber_ *f = c->free;
    if (!f) return hot_only ? NULL : chan_warm_up_(class_);
    c->free = f->next;
    c->n_free--;
    if (c->n_free < c->n_spare) c->n_spare = c->n_free;
    return f;
}
/* Returns a free stack, or NULL if there is no more memory. w may be NULL. */
CHAN_APART_ struct chan_fiber_ *chan_new_stack_(struct chan_worker_ *w, int class_) {
    struct chan_fibers_ *all = &chan_fibers_;
    struct chan_fiber_ *f;
    if (w && w->free_class != class_) {
        chan_give_back_(w, 0);
        w->free_class = class_;
    }
    if (w && w->free) {
        f = w->free;
        w->free = f->next;
        w->n_free--;
        return f;
    }
    chan_hold_(&all->lock);
    f = chan_common_stack_(class_, false);
    while (w && w->n_free < CHAN_CACHED_ / 2) {
        struct chan_fiber_ *more = chan_common_stack_(class_, true);
        if (!more) break;
        more->next = w->free;
        w->free = more;
        w->n_free++;
    }
    chan_let_go_(&all->lock);
    return f;
}
CHAN_APART_ void chan_free_stack_(struct chan_worker_ *w, struct chan_fiber_ *f) {
    if (!f->slab) return; /* main's */
    CHAN_IF_TSAN_(__tsan_destroy_fiber(f->tsan);)
    CHAN_IF_TSAN_(munmap(f->slab, chan_fibers_.page + f->slab->bytes);)
    CHAN_IF_TSAN_(return;)
    CHAN_IF_ASAN_(__asan_unpoison_memory_region(f->low, f->bytes - sizeof *f);)
    if (w->free_class != f->slab->class_) chan_give_back_(w, 0);
    w->free_class = f->slab->class_;
    f->next = w->free;
    w->free = f;
    if (++w->n_free > CHAN_CACHED_) chan_give_back_(w, CHAN_CACHED_ / 2);
}
/* The monitor calls this every 50 ms. Of the stacks that lay in the common lists all the time since
 * the last call it cools a half. Returns whether there are more. */
CHAN_APART_ bool chan_cool_spare_(void) {
    struct chan_fibers_ *all = &chan_fibers_;
    bool more = false;
    for (int k = 0; k < CHAN_CLASSES_; k++) {
        struct chan_class_ *c = &all->classes[k];
        for (int left = c->n_spare / 2 + 64; left > 0 && c->n_spare > 0; left--) {
            chan_hold_(&all->lock);
            struct chan_fiber_ *f = c->n_spare > 0 ? chan_common_stack_(k, true) : NULL;
            if (f && c->n_spare > c->n_free) c->n_spare = c->n_free;
            chan_let_go_(&all->lock);
            if (f) chan_cool_down_(f);
        }
        c->n_spare = c->n_free;
        more |= c->n_free > 0;
    }
    return more;
}

/* ===== 5. Workers ============================================================================ */
CHAN_APART_ void chan_futex_wake_(atomic_int *word) {
    syscall(SYS_futex, word, 129 /* WAKE, private */, 1, NULL, NULL, 0);
}
/* Sleeps while *word is 1, until the time `end`. */
CHAN_APART_ void chan_futex_wait_(atomic_int *word, long long end) {
    struct timespec t = chan_timespec_(end);
    syscall(SYS_futex, word, 137 /* WAIT_BITSET, private */, 1, end == CHAN_NEVER_ ? NULL : &t,
            NULL, -1);
}
CHAN_APART_ void chan_wake_monitor_(void) {
    atomic_int *word = &chan_fibers_.monitor_sleeps;
    if (*word && atomic_exchange(word, 0)) chan_futex_wake_(word);
}
/* Wakes one sleeping worker. */
CHAN_APART_ void chan_kick_(void) {
    struct chan_fibers_ *all = &chan_fibers_;
    for (int i = 0, n = all->n_workers; i < n; i++) {
        struct chan_worker_ *v = all->workers[i];
        if (!v || v->sleeping != 1 || !atomic_exchange(&v->sleeping, 0)) continue;
        chan_futex_wake_(&v->sleeping);
        return;
    }
}
/* Finds a place for a worker. Returns NULL if there is none. */
CHAN_APART_ struct chan_worker_ *chan_new_worker_(void) {
    struct chan_fibers_ *all = &chan_fibers_;
    struct chan_worker_ *w = NULL;
    int i = 0;
    chan_hold_(&all->lock);
    while (i < all->n_workers && all->workers[i]->is_alive) i++;
    if (i < all->n_workers) w = all->workers[i];
    else if (i < CHAN_MAX_WORKERS_) {
        w = chan_map_(sizeof *w);
        if (w) all->workers[i] = w;
        if (w) all->n_workers = i + 1;
    }
    if (w) {
        w->is_alive = true;
        w->is_stuck = false;
        w->random = (unsigned)i * 7919 + 1;
        all->n_alive++;
    }
    chan_let_go_(&all->lock);
    chan_wake_monitor_(); /* not all are idle any more */
    return w;
}
/* The alternate stack is for the handler of SIGSEGV, which cannot run on a stack that is full. */
CHAN_APART_ void chan_own_thread_(struct chan_worker_ *w) {
    enum { CHAN_ALTERNATE_ = 65536 };
    stack_t s = { .ss_flags = 0 };
    chan_worker_ = w;
    w->own.heap_at = -1;
    w->own.deferred_at = CHAN_BY_POINTER_;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL); /* other goroutines run here too */
    CHAN_IF_TSAN_(w->own.tsan = __tsan_get_current_fiber();)
    CHAN_IF_TSAN_(__tsan_release(chan_errno_at_());)
    CHAN_IF_ASAN_({
        pthread_attr_t attr;
        void *low;
        pthread_getattr_np(pthread_self(), &attr);
        pthread_attr_getstack(&attr, &low, &w->own.bytes);
        pthread_attr_destroy(&attr);
        w->own.low = low;
    })
    if (sigaltstack(NULL, &s) != 0 || !(s.ss_flags & SS_DISABLE)) return;
    s = (stack_t){ .ss_sp = chan_map_(CHAN_ALTERNATE_), .ss_size = CHAN_ALTERNATE_ };
    if (s.ss_sp) sigaltstack(&s, NULL);
}
CHAN_APART_ void chan_disown_thread_(struct chan_worker_ *w) {
    stack_t s, none = { .ss_flags = SS_DISABLE };
    if (sigaltstack(&none, &s) == 0 && !(s.ss_flags & SS_DISABLE)) munmap(s.ss_sp, s.ss_size);
    chan_give_back_(w, 0);
    chan_worker_ = NULL;
    chan_fibers_.n_alive--;
    w->is_alive = false; /* from here on the place may be taken */
}
CHAN_APART_ struct chan_fiber_ *chan_find_(struct chan_worker_ *w);
/* The idle context of a worker. Returns when the worker is to end. */
CHAN_APART_ void chan_idle_(struct chan_worker_ *w) {
    for (struct chan_fiber_ *f = chan_find_(w); f; f = chan_find_(w)) chan_switch_(w, f);
}
CHAN_APART_ void *chan_worker_main_(void *worker) {
    struct chan_worker_ *w = worker;
    pthread_sigmask(SIG_SETMASK, &chan_fibers_.mask, NULL);
    w->current = &w->own;
    w->idle = &w->own;
    chan_own_thread_(w);
    chan_idle_(w);
    chan_disown_thread_(w);
    return NULL;
}
/* The idle context in the main thread, which has a stack from a slab. */
CHAN_APART_ void chan_main_idle_(struct chan_worker_ *w) {
    CHAN_IF_ASAN_(__sanitizer_finish_switch_fiber(NULL, NULL, NULL);)
    chan_landed_(w);
    chan_idle_(w);
    chan_disown_thread_(w);
    (pthread_exit)(NULL);
}
CHAN_APART_ int chan_spawn_thread_(void *(*f)(void *), void *arg) {
    return chan_new_thread_(f, arg, 256 * 1024, PTHREAD_CREATE_DETACHED);
}
CHAN_APART_ int chan_add_worker_(void) {
    struct chan_worker_ *w = chan_new_worker_();
    int error = w ? chan_spawn_thread_(chan_worker_main_, w) : EAGAIN;
    if (w && error) chan_fibers_.n_alive--;
    if (w && error) w->is_alive = false;
    return error;
}
/* Makes the main thread a worker, and main a fiber. Returns NULL in any other thread. */
CHAN_APART_ struct chan_worker_ *chan_adopt_main_(const char *at) {
    if (syscall(SYS_gettid) != getpid()) return NULL;
    struct chan_worker_ *w = chan_new_worker_();
    struct chan_fiber_ *idle = w ? chan_new_stack_(NULL, chan_class_of_(1 << 18)) : NULL;
    if (!idle) chan_panic_("no worker for main: %s (%s)\n", strerror(ENOMEM), at);
    idle->at = NULL;
    chan_lay_out_(idle, (char *)idle, chan_main_idle_);
    w->is_main = true;
    w->current = &w->own;
    w->idle = idle;
    chan_own_thread_(w);
    return w;
}

/* ===== 6. The queues ========================================================================= */
/* What is ready waits in run_next of the worker that made it so, in a worker's ring, or in the
 * global queue. A fiber that has just been made ready runs next: it is often the partner of the one
 * that made it so and is about to wait. */
CHAN_APART_ unsigned chan_length_(struct chan_worker_ *w) {
    return chan_relaxed_(w->tail) - chan_relaxed_(w->head);
}
CHAN_APART_ bool chan_anything_(void) {
    struct chan_fibers_ *all = &chan_fibers_;
    if (all->n_queued > 0) return true;
    for (int i = 0, n = all->n_workers; i < n; i++) {
        struct chan_worker_ *v = all->workers[i];
        if (v && v->head != v->tail) return true;
    }
    return false;
}
/* Wakes a worker if none looks round. But if the last one that did found nothing worth taking, a
 * short queue is left to its owner. */
CHAN_APART_ void chan_want_help_(struct chan_worker_ *w) {
    struct chan_fibers_ *all = &chan_fibers_;
    if (all->n_idle == 0 || all->n_looking > 0) return;
    if (!w || !all->is_shy || chan_length_(w) >= CHAN_CROWD_) chan_kick_();
}
CHAN_APART_ void chan_global_put_(struct chan_worker_ *w, struct chan_fiber_ *f) {
    struct chan_fibers_ *all = &chan_fibers_;
    f->next = NULL;
    chan_hold_(&all->lock);
    if (all->first) all->last->next = f;
    else all->first = f;
    all->last = f;
    all->n_queued++;
    chan_let_go_(&all->lock);
    chan_want_help_(w);
}
CHAN_APART_ struct chan_fiber_ *chan_global_get_(void) {
    struct chan_fibers_ *all = &chan_fibers_;
    if (chan_relaxed_(all->n_queued) == 0) return NULL;
    chan_hold_(&all->lock);
    struct chan_fiber_ *f = all->first;
    if (f) {
        all->first = f->next;
        all->n_queued--;
    }
    chan_let_go_(&all->lock);
    return f;
}
CHAN_APART_ void chan_push_(struct chan_worker_ *w, struct chan_fiber_ *f) {
    unsigned tail = chan_relaxed_(w->tail);
    if (tail - w->head >= CHAN_RING_) {
        chan_global_put_(w, f);
        return;
    }
    chan_relaxed_set_(w->ring[tail % CHAN_RING_], f);
    atomic_exchange(&w->tail, tail + 1); /* a full barrier before the look for sleeping workers */
    chan_want_help_(w);
}
CHAN_APART_ struct chan_fiber_ *chan_pop_(struct chan_worker_ *w) {
    unsigned head = atomic_load_explicit(&w->head, memory_order_acquire);
    while (head != atomic_load_explicit(&w->tail, memory_order_acquire)) { /* for the monitor */
        struct chan_fiber_ *f = chan_relaxed_(w->ring[head % CHAN_RING_]);
        if (atomic_compare_exchange_strong(&w->head, &head, head + 1)) return f;
    }
    return NULL;
}
CHAN_APART_ struct chan_fiber_ *chan_take_next_(struct chan_worker_ *w) {
    struct chan_fiber_ *f = chan_relaxed_(w->run_next);
    return f && atomic_compare_exchange_strong(&w->run_next, &f, NULL) ? f : NULL;
}
/* Takes half of the ring of v, which is empty or holds a place where each of them stays until the
 * head moves. Returns one of them and puts the others into the ring of w, which is empty. */
CHAN_APART_ struct chan_fiber_ *chan_steal_(struct chan_worker_ *w, struct chan_worker_ *v) {
    for (;;) {
        unsigned head = v->head, n = v->tail - head, tail = chan_relaxed_(w->tail);
        if (n == 0) return NULL;
        n -= n / 2;
        if (n > CHAN_RING_ / 2) continue; /* head and tail are of two moments */
        struct chan_fiber_ *f = chan_relaxed_(v->ring[head % CHAN_RING_]);
        for (unsigned i = 1; i < n; i++) {
            struct chan_fiber_ *other = chan_relaxed_(v->ring[(head + i) % CHAN_RING_]);
            chan_relaxed_set_(w->ring[(tail + i - 1) % CHAN_RING_], other);
        }
        if (!atomic_compare_exchange_strong(&v->head, &head, head + n)) continue;
        atomic_store(&w->tail, tail + n - 1);
        return f;
    }
}
CHAN_APART_ void chan_fiber_ready_(struct chan_fiber_ *f) {
    struct chan_worker_ *w = chan_worker_now_();
    if (!w) {
        chan_global_put_(NULL, f);
        return;
    }
    for (int i = 0; i < 10; i++) __builtin_prefetch((char *)f + 64 - 64 * i); /* it runs soon */
    struct chan_fiber_ *before = atomic_exchange(&w->run_next, f);
    if (before) chan_push_(w, before);
}
CHAN_APART_ bool chan_fire_(void);
/* Which fiber runs next in this worker, or NULL. Two that wake each other in turn must not keep
 * the others waiting: every 64th turn is the ring's, every 61st looks at timers and the rest. */
CHAN_APART_ struct chan_fiber_ *chan_pick_(struct chan_worker_ *w) {
    struct chan_fiber_ *f = NULL;
    unsigned turn = chan_relaxed_(w->turns) + 1;
    chan_relaxed_set_(w->turns, turn);
    if (turn % 61 == 0 || chan_relaxed_(w->looks_round)) {
        chan_relaxed_set_(w->looks_round, false);
        chan_fire_();
        f = chan_global_get_();
        if (f) return f;
    }
    if (++w->streak % 64 != 0 || chan_length_(w) == 0) f = chan_take_next_(w);
    if (!f) f = chan_pop_(w);
    if (!f) f = chan_global_get_();
    return f ? f : chan_take_next_(w);
}
struct chan_scout_ { /* what an idle worker has seen of the others */
    int round;
    struct chan_worker_ *of; /* whose run_next waits, which one that was, and at which turn */
    struct chan_fiber_ *old;
    unsigned old_turn;
    unsigned turns[CHAN_MAX_WORKERS_];
};
/* Robs the worker in this place, if that pays. A worker that switches every moment and has a short
 * queue is left alone: its fibers talk to each other, and would pay for the cache lines that go to
 * and fro. The same run_next at the same turn in two looks belongs to a worker that is busy. */
CHAN_APART_ struct chan_fiber_ *chan_rob_(struct chan_worker_ *w, struct chan_scout_ *s, int at) {
    struct chan_worker_ *v = chan_fibers_.workers[at];
    if (!v || v == w) return NULL;
    unsigned turns = v->turns, since = turns - s->turns[at];
    struct chan_fiber_ *next = v->run_next, *f = NULL;
    bool is_slow = s->round > 0 && since < CHAN_FEW_TURNS_;
    bool is_old = next && s->of == v && next == s->old && turns == s->old_turn;
    s->turns[at] = turns;
    if (is_slow || v->is_stuck || chan_length_(v) >= CHAN_CROWD_) f = chan_steal_(w, v);
    if (!f && (is_old || v->is_stuck)) f = chan_take_next_(v);
    if (!f && next && !is_old) {
        s->of = v;
        s->old = next;
        s->old_turn = turns;
    }
    return f;
}
CHAN_APART_ struct chan_fiber_ *chan_look_round_(struct chan_worker_ *w) {
    struct chan_fibers_ *all = &chan_fibers_;
    struct chan_scout_ s = { .round = 0 };
    struct chan_fiber_ *f = NULL;
    int rounds = all->n_cores > 1 ? CHAN_SPINS_ : 1;
    all->n_looking++;
    for (; !f && s.round < rounds; s.round++) {
        int n = all->n_workers;
        w->random = w->random * 1664525 + 1013904223;
        int start = (int)(w->random >> 8) % n;
        for (int i = 0; !f && i < n; i++) f = chan_rob_(w, &s, (start + i) % n);
        if (!f) f = chan_pick_(w);
        if (!f && rounds > 1) chan_linger_(60);
    }
    all->is_shy = !f;
    if (--all->n_looking == 0 && f && chan_anything_()) chan_want_help_(NULL);
    return f;
}
/* If a goroutine has unblocked a signal here, this may be the only thread that can get it. */
CHAN_APART_ bool chan_mask_is_usual_(void) {
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    for (int sig = 1; sig < 32; sig++)
        if (sigismember(&mask, sig) != sigismember(&chan_fibers_.mask, sig)) return false;
    return true;
}
/* Sleeps until there is work, until a timer is due, or for a nap, if others run: perhaps somebody's
 * run_next grows old. Returns false if the worker is to end. It does if it has been without work
 * for 20 ms, `since` that time, and if more are idle than there are cores. */
CHAN_APART_ bool chan_doze_(struct chan_worker_ *w, long long nap, long long since) {
    struct chan_fibers_ *all = &chan_fibers_;
    w->sleeping = 1;
    bool is_spare = ++all->n_idle > all->n_cores && !w->is_main && chan_mask_is_usual_();
    bool none = !chan_anything_() && !all->is_closing;
    long long now = chan_now_(), end = CHAN_NEVER_, soonest = all->soonest;
    if (all->n_idle < all->n_alive && all->n_cores > 1) end = now + nap;
    if (is_spare) end = since + 20 * CHAN_MS_;
    if (soonest < end) end = soonest;
    if (none && end > now) chan_futex_wait_(&w->sleeping, end);
    bool was_kicked = !atomic_exchange(&w->sleeping, 0);
    bool ends = is_spare && none && !was_kicked && chan_now_() >= since + 20 * CHAN_MS_;
    ends = all->n_idle-- > all->n_cores && ends;
    if (ends) chan_kick_(); /* Another one must watch the timers. */
    chan_wake_monitor_();
    return !ends && !all->is_closing;
}
/* Waits for work. Returns NULL if the worker is to end. */
CHAN_APART_ struct chan_fiber_ *chan_find_(struct chan_worker_ *w) {
    const long long first_nap = 50000;
    for (long long nap = first_nap, since = 0;;) {
        struct chan_fiber_ *f = chan_pick_(w);
        if (f && nap > first_nap && chan_anything_()) chan_want_help_(NULL); /* It has dozed. */
        if (f) return f;
        if (chan_fire_()) continue;
        f = chan_look_round_(w);
        if (f) return f;
        if (!since) since = chan_now_();
        if (!chan_doze_(w, nap, since)) return NULL;
        if (nap < 2 * CHAN_MS_) nap *= 2;
    }
}

/* ===== 7. Parking ============================================================================ */
CHAN_APART_ void chan_timer_in_(struct chan_fiber_ *f);
CHAN_APART_ void chan_timer_out_(struct chan_fiber_ *f);
/* Parks f in its parker, unless that was woken meanwhile. */
CHAN_APART_ bool chan_publish_(struct chan_worker_ *w, struct chan_fiber_ *f) {
    struct chan_fibers_ *all = &chan_fibers_;
    chan_state_ looking = CHAN_LOOKING_;
    bool is_timed = f->deadline != CHAN_NEVER_;
    if (!is_timed)
        return atomic_compare_exchange_strong(&f->parker->state, &looking, (chan_state_)f);
    chan_hold_(&all->heap_lock);
    chan_timer_in_(f);
    bool is_first = f->heap_at == 0;
    bool parked = atomic_compare_exchange_strong(&f->parker->state, &looking, (chan_state_)f);
    if (!parked) chan_timer_out_(f);
    chan_let_go_(&all->heap_lock);
    if (parked && is_first && w->current != w->idle) chan_want_help_(NULL); /* to watch the time */
    return parked;
}
/* Every context calls this when it has been switched to. The one that has left is off its stack
 * now, so others may have it. */
CHAN_APART_ void chan_landed_(struct chan_worker_ *w) {
    struct chan_fiber_ *f = w->leaving;
    w->leaving = NULL;
    if (f == w->idle) return;
    if (f->leaves == CHAN_ENDS_) {
        if (f->slab) chan_relaxed_set_(w->ended, chan_relaxed_(w->ended) + 1);
        chan_free_stack_(w, f);
    } else if (f->leaves == CHAN_YIELDS_) {
        f->leaves = CHAN_PARKS_;
        chan_global_put_(w, f);
    } else if (!chan_publish_(w, f)) {
        chan_fiber_ready_(f);
    }
}
CHAN_APART_ bool chan_fiber_park_(struct chan_worker_ *w, struct chan_parker_ *p,
                                  long long deadline) {
    struct chan_fiber_ *f = w->current;
    if (p->state != CHAN_WOKEN_) {
        if (deadline != CHAN_NEVER_ && deadline <= chan_now_()) return false;
        f->parker = p;
        f->deadline = deadline;
        chan_switch_(w, chan_pick_(w));
        if (deadline != CHAN_NEVER_ && f->heap_at >= 0) {
            chan_hold_(&chan_fibers_.heap_lock);
            chan_timer_out_(f);
            chan_let_go_(&chan_fibers_.heap_lock);
        }
    }
    if (p->state != CHAN_WOKEN_) return false;
    CHAN_IF_TSAN_(__tsan_acquire(&p->state);) /* what its waker did before */
    return true;
}
CHAN_APART_ void chan_fiber_sleep_(struct chan_worker_ *w, long long end) {
    struct chan_parker_ p = { .ok = false };
    chan_fiber_park_(w, &p, end);
}
CHAN_APART_ void chan_fiber_yield_(struct chan_worker_ *w) {
    struct chan_fiber_ *next = chan_pick_(w);
    if (!next) return;
    w->current->leaves = CHAN_YIELDS_;
    chan_switch_(w, next);
}
_Noreturn CHAN_APART_ void chan_fiber_ends_(struct chan_fiber_ *f) {
    struct waitgroup *wg = f->wg;
    free(f->copy);
    if (wg) wg_add_(wg, -1, f->at);
    struct chan_worker_ *w = chan_worker_now_();
    struct chan_fiber_ *next = chan_pick_(w);
    f->leaves = CHAN_ENDS_;
    chan_switch_(w, next);
    abort(); /* never reached */
}
/* pthread_exit(): a goroutine ends. After main the program goes on until the last one has ended. */
_Noreturn CHAN_APART_ void chan_fiber_exit_(void *result) {
    struct chan_worker_ *w = chan_worker_now_();
    if (w ? !w->current->slab : syscall(SYS_gettid) == getpid()) chan_fibers_.main_left = true;
    chan_wake_monitor_();
    if (!w) (pthread_exit)(result);
    chan_fiber_ends_(w->current);
}
CHAN_APART_ const char **chan_fiber_deferred_at_(void) {
    static _Thread_local const char *of_thread = CHAN_BY_POINTER_;
    struct chan_worker_ *w = chan_worker_now_();
    return w ? &w->current->deferred_at : &of_thread;
}

/* ===== 8. Timers ============================================================================= */
/* A heap: the deadline at i is not after those at 2 i + 1 and 2 i + 2. All hold its lock. */
CHAN_APART_ void chan_timer_at_(int i, struct chan_fiber_ *f) {
    chan_fibers_.heap[i] = f;
    f->heap_at = i;
}
/* Moves what is at i up or down to its place. */
CHAN_APART_ void chan_timer_moves_(int i) {
    struct chan_fibers_ *all = &chan_fibers_;
    struct chan_fiber_ *f = all->heap[i];
    while (i > 0 && all->heap[(i - 1) / 2]->deadline > f->deadline) {
        chan_timer_at_(i, all->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    for (int child = 2 * i + 1; child < all->n_heap; child = 2 * i + 1) {
        struct chan_fiber_ **c = &all->heap[child];
        if (child + 1 < all->n_heap && c[1]->deadline < c[0]->deadline) child++;
        if (all->heap[child]->deadline >= f->deadline) break;
        chan_timer_at_(i, all->heap[child]);
        i = child;
    }
    chan_timer_at_(i, f);
}
CHAN_APART_ void chan_timer_in_(struct chan_fiber_ *f) {
    struct chan_fibers_ *all = &chan_fibers_;
    size_t old = (size_t)all->cap_heap * sizeof f, new = old ? 2 * old : 4096;
    if (all->n_heap == all->cap_heap) {
        void *heap = old ? mremap(all->heap, old, new, MREMAP_MAYMOVE) : chan_map_(new);
        if (!heap || heap == MAP_FAILED) chan_panic_("no memory for %d timers\n", all->n_heap);
        all->heap = heap;
        all->cap_heap = (int)(new / sizeof f);
    }
    chan_timer_at_(all->n_heap, f);
    all->n_heap++;
    chan_timer_moves_(all->n_heap - 1);
    all->soonest = all->heap[0]->deadline;
}
CHAN_APART_ void chan_timer_out_(struct chan_fiber_ *f) {
    struct chan_fibers_ *all = &chan_fibers_;
    int i = f->heap_at;
    if (i < 0) return;
    struct chan_fiber_ *last = all->heap[--all->n_heap];
    if (last != f) {
        chan_timer_at_(i, last);
        chan_timer_moves_(i);
    }
    all->soonest = all->n_heap ? all->heap[0]->deadline : CHAN_NEVER_;
    f->heap_at = -1; /* the last touch: from here on f may go on */
}
/* Makes ready whose deadline has passed. Returns whether there was any. */
CHAN_APART_ bool chan_fire_(void) {
    struct chan_fibers_ *all = &chan_fibers_;
    bool any = false;
    while (all->soonest != CHAN_NEVER_ && all->soonest <= chan_now_()) {
        chan_hold_(&all->heap_lock);
        struct chan_fiber_ *f = all->n_heap ? all->heap[0] : NULL;
        bool is_due = f && f->deadline <= chan_now_(), is_ours = false;
        if (is_due) {
            chan_state_ parked = (chan_state_)f;
            is_ours = atomic_compare_exchange_strong(&f->parker->state, &parked, CHAN_LOOKING_);
            chan_timer_out_(f);
        }
        chan_let_go_(&all->heap_lock);
        if (is_ours) chan_fiber_ready_(f);
        any |= is_ours;
        if (!is_due) break;
    }
    return any;
}

/* ===== 9. The monitor ======================================================================== */
/* Whether main has left by pthread_exit() and all goroutines have ended. */
CHAN_APART_ bool chan_all_ended_(void) { return chan_fibers_.main_left && chan_count_() == 0; }
/* Looks at all workers. Returns how many are not stuck, and whether something waits to run. */
CHAN_APART_ int chan_inspect_(bool *waits) {
    struct chan_fibers_ *all = &chan_fibers_;
    int n_free = 0;
    *waits = all->n_queued > 0 || all->soonest <= chan_now_();
    for (int i = 0; i < all->n_workers; i++) {
        struct chan_worker_ *v = all->workers[i];
        if (!v->is_alive) continue;
        unsigned turns = v->turns;
        v->is_stuck = turns == v->seen_turns && !v->sleeping;
        v->seen_turns = turns;
        v->looks_round = true;
        n_free += !v->is_stuck;
        *waits |= v->run_next || v->head != v->tail;
    }
    return n_free;
}
/* Puts what waits in stuck workers into the global queue. Those that are never idle look there. */
CHAN_APART_ void chan_unload_stuck_(void) {
    struct chan_fibers_ *all = &chan_fibers_;
    for (int i = 0; i < all->n_workers; i++) {
        struct chan_worker_ *v = all->workers[i];
        for (int left = v->is_stuck ? CHAN_RING_ : 0; left > 0; left--) {
            struct chan_fiber_ *f = chan_pop_(v);
            if (!f) f = chan_take_next_(v);
            if (!f) break;
            chan_global_put_(NULL, f);
        }
    }
}
/* Sleeps while all workers are idle: then nothing can be stuck. */
CHAN_APART_ void chan_monitor_rests_(void) {
    struct chan_fibers_ *all = &chan_fibers_;
    all->monitor_sleeps = 1;
    if (all->n_idle == all->n_alive && !chan_all_ended_())
        chan_futex_wait_(&all->monitor_sleeps, CHAN_NEVER_);
    all->monitor_sleeps = 0;
}
/* Looks every 10 ms. A worker that has made no turn since, while something waits, is stuck: then a
 * sleeping one is woken, or one is added. If many are stuck, the next look comes sooner. */
CHAN_APART_ void *chan_monitor_(void *unused) {
    struct chan_fibers_ *all = &chan_fibers_;
    long tick = 10 * CHAN_MS_;
    for (int look = 0; !chan_all_ended_(); look++) {
        bool waits, spare = true;
        nanosleep(&(struct timespec){ .tv_nsec = tick }, NULL);
        tick = tick < 5 * CHAN_MS_ ? 2 * tick : 10 * CHAN_MS_;
        if (look % 5 == 0) spare = chan_cool_spare_();
        int n_free = chan_inspect_(&waits);
        if (waits && all->n_idle > 0) chan_kick_();
        else if (waits && n_free < all->n_cores && chan_add_worker_() == 0) tick = CHAN_MS_ / 2;
        else if (waits) chan_unload_stuck_();
        else if (!spare) chan_monitor_rests_();
    }
    all->is_closing = true;
    while (all->n_idle > 0) {
        chan_kick_();
        sched_yield();
    }
    return unused;
}

/* ===== 10. go() ============================================================================== */
CHAN_APART_ void chan_on_segv_(int sig, siginfo_t *info, void *context) {
    struct sigaction *old = &chan_fibers_.old_segv;
    struct chan_worker_ *w = chan_worker_;
    struct chan_fiber_ *f = w ? w->current : NULL;
    const char *at = info->si_addr;
    if (f && f->slab && at >= f->low && at < f->low + chan_fibers_.page)
        chan_panic_("stack overflow, %zu bytes: go_stack_bytes() sets more (goroutine started at "
                    "%s)\n",
                    f->bytes, f->at ? f->at : "its begin");
    if (old->sa_flags & SA_SIGINFO) old->sa_sigaction(sig, info, context);
    else if (old->sa_handler != SIG_DFL && old->sa_handler != SIG_IGN) old->sa_handler(sig);
    else {
        signal(sig, SIG_DFL);
        if (info->si_code <= 0) raise(sig); /* Sent by kill(). Otherwise it happens again. */
    }
}
/* LeakSanitizer looks for pointers on the stacks of threads. Here are those of the fibers. */
CHAN_IF_ASAN_(CHAN_APART_ void chan_show_stacks_(void) {
    for (struct chan_slab_ *s = chan_fibers_.slabs; s; s = s->next)
        for (int i = 0; i < s->n; i++) {
            struct chan_fiber_ *f = chan_record_(chan_low_(s, i), s->bytes);
            char *low = f->leaves == CHAN_PARKS_ ? f->sp : f->low + chan_fibers_.page;
            char *top = chan_low_(s, i) + s->bytes;
            if (f->sp && f->leaves != CHAN_ENDS_)
                __lsan_register_root_region(low, (size_t)(top - low));
        }
})
CHAN_APART_ void chan_run_fibers_(void) {
    struct chan_fibers_ *all = &chan_fibers_;
    cpu_set_t set;
    sigset_t every;
    struct sigaction segv = { .sa_sigaction = chan_on_segv_, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    all->page = (size_t)sysconf(_SC_PAGESIZE);
    all->soonest = CHAN_NEVER_;
    all->n_cores = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);
    CHAN_IF_ASAN_(all->handles_segv = true;) /* The sanitizer does, and its report says more. */
    CHAN_IF_TSAN_(all->handles_segv = true;)
    if (!all->handles_segv) sigaction(SIGSEGV, &segv, &all->old_segv);
    all->handles_segv = true;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &all->mask); /* the monitor takes no signals */
    chan_spawn_thread_(chan_monitor_, NULL);
    pthread_sigmask(SIG_SETMASK, &all->mask, NULL);
}
/* In a child process the fiber that forked goes on as main. Its workers are gone. */
static inline void chan_in_child_(void) {
    chan_fibers_ = (struct chan_fibers_){ .once = PTHREAD_ONCE_INIT,
                                          .handles_segv = chan_fibers_.handles_segv,
                                          .old_segv = chan_fibers_.old_segv };
    chan_worker_ = NULL;
}
static inline void chan_once_(void) {
    cpu_set_t set;
    chan_program_.one_core = !sched_getaffinity(0, sizeof set, &set) && CPU_COUNT(&set) == 1;
    pthread_atfork(NULL, NULL, chan_in_child_);
    CHAN_IF_ASAN_(atexit(chan_show_stacks_);)
    chan_program_.is_set_up = true;
}
CHAN_APART_ void chan_fiber_main_(struct chan_worker_ *w) {
    CHAN_IF_ASAN_(__sanitizer_finish_switch_fiber(NULL, NULL, NULL);)
    struct chan_fiber_ *f = w->current;
    chan_landed_(w);
    f->f(f->arg);
    w = chan_worker_now_();
    if (!w || w->current != f) exit(0); /* In a child process it is main: this is main's return. */
    chan_fiber_ends_(f);
}
/* Puts a copy of the value on the stack of f, below its record. Returns the top that is left. */
CHAN_APART_ char *chan_copy_value_(struct chan_fiber_ *f, const void *value, size_t size) {
    char *top = (char *)f;
    f->copy = NULL;
    if (size > f->bytes / 8) f->copy = malloc(size);
    if (size > f->bytes / 8 && !f->copy)
        chan_panic_("no goroutine with %zu bytes: %s (%s)\n", size, strerror(ENOMEM), f->at);
    if (!f->copy) top -= (size + 15) & ~(size_t)15;
    f->arg = f->copy ? f->copy : top;
    memcpy(f->arg, value, size);
    return top;
}
CHAN_APART_ struct chan_worker_ *chan_fibers_for_(const char *at) {
    struct chan_fibers_ *all = &chan_fibers_;
    struct chan_worker_ *w = chan_worker_now_();
    int error = 0;
    if (w) return w;
    chan_set_up_();
    pthread_once(&all->once, chan_run_fibers_);
    w = chan_adopt_main_(at);
    while (all->n_alive < all->n_cores && !error) error = chan_add_worker_();
    if (all->n_alive == 0) chan_panic_("no worker: %s (%s)\n", strerror(error), at);
    return w;
}
CHAN_APART_ void chan_go_(struct waitgroup *wg, void (*fn)(void *), const void *value, size_t size,
                          bool is_pointer, const char *at) {
    struct chan_worker_ *w = chan_worker_now_();
    if (w) chan_relaxed_set_(w->started, chan_relaxed_(w->started) + 1);
    else chan_fibers_.started++;
    w = chan_fibers_for_(at); /* only now: main may have left */
    struct chan_fiber_ *f = chan_new_stack_(w, chan_class_of_(chan_program_.stack_bytes));
    if (!f)
        chan_panic_("no stack for goroutine %lld: %s (%s)\n", chan_count_(), strerror(ENOMEM), at);
    char *top = (char *)f;
    f->at = at;
    f->copy = NULL;
    if (is_pointer) memcpy(&f->arg, value, sizeof f->arg);
    else top = chan_copy_value_(f, value, size);
    f->f = fn;
    f->wg = wg;
    f->deferred_at = CHAN_BY_POINTER_;
    chan_lay_out_(f, top, chan_fiber_main_);
    if (wg) wg_add_(wg, 1, at);
    chan_fiber_ready_(f);
    /* If more are started than the queue takes, they run first: then few stacks serve many. */
    if (w && chan_length_(w) >= CHAN_RING_ - 1) chan_fiber_yield_(w);
}
#endif
#endif
