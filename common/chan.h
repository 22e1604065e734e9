/* chan.h -- goroutines, channels, select and wait groups for C, on pthreads.
 *
 *     #include "chan.h"                      // before all other headers
 *
 *     static void count(void *arg)           // what a goroutine runs
 *     {
 *         chan(int) out = arg;
 *         for (int i = 1; i <= 3; i++)
 *             chan_send(out, i);             // waits for the receiver
 *         chan_close(out);                   // end-of-file, not free
 *     }
 *
 *     int main(void)
 *     {
 *         chan(int) numbers = chan_make(int, 0);
 *         go(count, numbers);                // in a thread of its own
 *         for (int n; chan_recv(numbers, &n);)
 *             printf("%d\n", n);
 *         chan_free(numbers);
 *     }
 *
 * One file, nothing to link: cc -std=c11 -O2 -pthread prog.c (Linux, from gcc 9 or clang 10 on).
 * Everything behaves as in Go. A mistake ends the program with one line, `panic: send on closed
 * channel (prog.c:5)`. Only a use after chan_free() needs AddressSanitizer to be found. Any thread
 * may call these functions, but no signal handler. They may change errno. Names that end in _ are
 * internal. With -DCHAN_FIBERS goroutines are fibers, see chan_fibers.h.
 * Happens before: a send before its receive completes; the k-th receive from a channel of capacity
 * C before the (k+C)-th send completes; a close before the receive that it ends; go() before its
 * function; wg_done() before its wg_wait(). ThreadSanitizer sees exactly this order if chan_tsan.h
 * is in the same folder.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_H
#define CHAN_H
#ifdef __cplusplus /* The second line of each pair ends the compilation. */
#error "chan.h is for C: its types need C's compound literals"
#include "see the #error above"
#elif !defined __STDC_VERSION__ || __STDC_VERSION__ < 201112L
#error "chan.h needs C11: compile with -std=c11 or later"
#include "see the #error above"
#elif !defined __SIZEOF_INT128__
#error "chan.h needs a 64-bit machine, such as x86-64 or arm64"
#include "see the #error above"
#elif !defined _GNU_SOURCE && defined _FEATURES_H
#error "include chan.h before every other header, or compile with -D_GNU_SOURCE"
#include "see the #error above"
#elif !defined _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
/* clang-format off */
#define CHAN_IGNORE_(warning) _Pragma(CHAN_STRING2_(GCC diagnostic ignored warning))
#define CHAN_STRING_(x) CHAN_STRING2_(x)
#define CHAN_STRING2_(x) #x
#pragma GCC diagnostic push /* Options that concern style say nothing about this file. */
CHAN_IGNORE_("-Wpragmas") CHAN_IGNORE_("-Wunknown-warning-option")
CHAN_IGNORE_("-Wanalyzer-use-of-uninitialized-value") CHAN_IGNORE_("-Wanalyzer-null-dereference")
CHAN_IGNORE_("-Wdeclaration-after-statement") CHAN_IGNORE_("-Wimplicit-void-ptr-cast")
CHAN_IGNORE_("-Wcomma") CHAN_IGNORE_("-Wpadded") CHAN_IGNORE_("-Wunsafe-buffer-usage")
CHAN_IGNORE_("-Wmissing-variable-declarations") CHAN_IGNORE_("-Watomic-implicit-seq-cst")

/* ===== 1. What you call ====================================================================== */
/* chan(T) is the type of a channel of T, for variables, parameters, fields and return values. T is
 * any unqualified type except an array and a type whose size is known only at run time. In the
 * compiler's messages chan(int) is `int *(*)[1]`. */
#define chan(T) __typeof__(__typeof__(T) *(*)[chan_1_(__typeof__(T) *)])

/* chan_make(T, capacity) returns a new channel. With capacity 0 a send waits for its receiver,
 * otherwise up to `capacity` values are buffered. Panics if capacity is negative or too large. */
#define chan_make(T, capacity) (chan_no_array_(T), \
    (chan(T))chan_make_(sizeof(__typeof__(T)), chan_whole_(capacity), CHAN_AT_(#T)))

/* chan_send(c, value) sends a value: an expression, a struct variable or a literal such as
 * (struct job){ .id = 1, .n = 2 }. Blocks until a receiver has the value or, with capacity, until
 * it is in the buffer; on NULL forever. Panics if the channel is closed, or is closed while the
 * send is blocked. It may evaluate value before c. If a value is larger than CHAN_VALUE_BYTES
 * (64 KiB), send a pointer to it. */
#define chan_send(c, ...) chan_send_(chan_ptr_(c), \
    chan_value_(chan_type_(c), __VA_ARGS__), sizeof(chan_type_(c)), CHAN_AT_(#c))
/* chan_recv(c, &v) receives the next value into v; chan_recv(c, NULL) drops it. Blocks until there
 * is a value; on NULL forever. Returns true, or false if the channel is closed and empty: then v
 * is zeroed. `while (chan_recv(jobs, &job))` is Go's `for job := range jobs`. */
#define chan_recv(c, v) chan_recv_(chan_ptr_(c), \
    chan_into_(chan_type_(c), v), sizeof(chan_type_(c)), CHAN_AT_(#c))
/* chan_close(c) says that no more values will be sent. The last sender calls it, once. Never
 * blocks. Wakes all blocked receivers. Buffered values can still be received. Panics if c is NULL
 * or closed, and so does a send that is blocked. */
#define chan_close(c) chan_close_(chan_any_(c), CHAN_AT_(#c))
/* chan_free(c) frees a channel and the values that are left in it; c may be NULL. Call it when no
 * thread will begin to use c and every select on it has returned. Panics if a thread is blocked
 * in c. */
#define chan_free(c) chan_free_(chan_any_(c), CHAN_AT_(#c))
/* The number of values in the buffer at this moment, and its capacity; 0 for NULL. */
#define chan_len(c) chan_len_(chan_any_(c))
#define chan_cap(c) chan_cap_(chan_any_(c))
/* chan_after_ms(n) returns a channel that delivers one value in n milliseconds, chan_tick_ms(n) one
 * value every n milliseconds. A late receiver gets the first tick that it missed, at once, and then
 * the next one that comes, so ticks never pile up. The value is the monotonic time at which the
 * tick was due. The timer has no thread. It may be freed before it fires. Sending to it and closing
 * it panic. */
#define chan_after_ms(n) ((chan(struct timespec))chan_timer_(chan_int_(n), false, CHAN_AT_(#n)))
#define chan_tick_ms(n) ((chan(struct timespec))chan_timer_(chan_int_(n), true, CHAN_AT_(#n)))

/* chan_select(case, ...) performs exactly one of the cases and returns its index, from 0 as
 * written. Blocks until one is ready. If several are ready, each is equally likely. A case on NULL
 * is never ready, which switches it off. chan_select_array(cases, n) does it over an array. */
#define chan_select(...) chan_select_(chan_cases_(__VA_ARGS__), \
    sizeof(__typeof__(chan_cases_(__VA_ARGS__))) / sizeof(struct chan_case), CHAN_AT_(""))
#define chan_select_array(cases, n) chan_select_(cases, chan_int_(n), CHAN_AT_(""))
/* The cases: chan_on_recv(c, &v) and chan_on_recv(c, &v, &ok), where ok gets what chan_recv()
 * would return. chan_on_send(c, value), whose value lives until the enclosing block ends. In an
 * array of cases filled in a loop, chan_on_send_from(c, &v). CHAN_DEFAULT, taken at once if no
 * other is ready. chan_on_timeout_ms(n), taken if no other becomes ready for n milliseconds.
 * The expressions of all cases are evaluated, also of those that are not chosen. */
#define chan_on_recv(...) chan_on_recv_(__VA_ARGS__, NULL, )
#define chan_on_send(c, ...) chan_on_send_(c, chan_value_(chan_type_(c), __VA_ARGS__))
#define chan_on_send_from(c, v) chan_on_send_(c, chan_from_(chan_type_(c), v))
#define CHAN_DEFAULT ((struct chan_case){ .kind_ = CHAN_DEFAULT_, .ns_ = -1 })
#define chan_on_timeout_ms(n) \
    ((struct chan_case){ .kind_ = CHAN_TIMEOUT_, .ns_ = chan_ns_(chan_whole_(n)) })

/* go(f, value) runs a void f(void *arg) in a new goroutine, which is a thread of its own: a new one
 * or one whose goroutine has ended. arg points to a copy of the value, which is freed when f
 * returns. But a pointer, array or string is passed as it is, and go(f) passes NULL. Panics if the
 * system gives no more threads. When main returns, all goroutines end. go_stack_bytes(n) sets the
 * stack size of later goroutines (256 KiB by default, thread-locals not included). It panics if n
 * is less than 16384. A reused thread has the thread-locals, signal mask, affinity and name that
 * its last goroutine left. pthread_exit() in f counts as a return. f may detach its thread. Nothing
 * may use a goroutine's pthread_t after f has ended. Destructors of thread-specific data may call
 * go() and send, but exit() and fork() wait until they have returned: they must call neither. After
 * fork() the child has one thread and go() works there; a channel that another thread was using at
 * that moment may stay locked forever, so use new ones. In a child of _Fork() go() may hang. */
#define chan_go(...) chan_go_args_(NULL, __VA_ARGS__)
#define go_stack_bytes(n) chan_set_stack_(chan_int_(n), CHAN_AT_(#n))

/* A wait group counts unfinished work. `struct waitgroup wg = { 0 };` is ready to use. Never copy
 * one. wg_add() adds n, before the work is started; wg_done() subtracts 1; wg_wait() blocks until
 * the counter is 0. After that wg may be used again, or its memory. wg_go() calls wg_add(), then
 * go(), and wg_done() when the function returns. Panics if the counter falls below zero. */
struct waitgroup;
#define wg_add(wg, n) wg_add_(wg, chan_int_(n), CHAN_AT_(#wg))
#define wg_done(wg) wg_add_(wg, -1, CHAN_AT_(#wg))
#define wg_go(wg, ...) chan_go_args_(wg, __VA_ARGS__)
static inline void wg_wait(struct waitgroup *wg);
/* defer(f, x) calls f(x) when the enclosing scope is left, unless by exit(), longjmp() or
 * pthread_exit(). The last deferred is called first. x is evaluated now. f is free, chan_close,
 * wg_done or any void f(void *). */
#define chan_defer(f, x) CHAN_QUIET_ chan_defer_(f, x, CHAN_AT_(#x), __COUNTER__)
/* sleep_ms(n) simulates work. It sleeps for the whole time, whatever signals arrive. To wait for a
 * goroutine use a channel. now_ms() reads the monotonic clock. */
#define chan_sleep_ms(n) chan_sleep_(chan_int_(n))
static inline long long chan_now_ms(void);
/* Only for the laboratory: cond must be true in some run. The name of this goroutine in reports. */
#define lab_sometimes(cond, name) ((void)(false && (cond)))
#define lab_name(...) ((void)(false && snprintf(NULL, 0, __VA_ARGS__)))
#ifndef CHAN_NO_SHORT_NAMES /* defined before the include, it leaves these four names to you */
#define go(...) chan_go_args_(NULL, __VA_ARGS__)
#define sleep_ms(n) chan_sleep_ms(n)
#define now_ms() chan_now_ms()
#if !defined defer && !defined __STDC_DEFER_TS25755__ /* Where C has one, this is chan_defer. */
#define defer(f, x) chan_defer(f, x)
#endif
#endif

/* A user need not know what follows. These are the invariants:
 *   - While a channel's lock is free: if there are values in the buffer, no receiver waits; if
 *     there is a free slot, no sender waits; in a closed channel no thread waits. But a waiter that
 *     another thread has taken may still be queued.
 *   - Waiters are served first in, first out. One thread performs the operation of both: it takes
 *     the waiter under the lock, copies the value, unlocks and wakes. After that it touches neither
 *     the channel nor the waiter, because both may be freed.
 *   - A lock is held for a few instructions and one copy, never while waiting. Unlocking is a
 *     single store and the last access: the next owner may free the memory of the lock.
 *   - Waking a parker is a single exchange and the last access to it: its memory may be reused.
 *   - A thread that takes several locks takes them in the order of their addresses, so two selects
 *     never wait for each other.
 */

/* ===== 2. How the macros carry types ========================================================= */
#define CHAN_AT_(spelled) __FILE__ ":" CHAN_STRING_(__LINE__) /* the place of a call */
/* A wrong use ends in a sentence of the compiler's that says what to write. The operands of
 * __typeof__ and sizeof are never evaluated. `(void)0, v` turns an array v into a pointer. */
#define chan_must_(condition, sentence) \
    ((void)sizeof(__extension__({ \
        _Static_assert(__builtin_choose_expr(condition, 1, 0), sentence); \
        0; \
    })))
#define chan_is_(T, wanted) _Generic((T *)0, wanted *: 1, default: 0)
#define chan_1_(T) _Generic((T *)0, T *: 1) /* 1; a T of variable length is refused by _Generic */
#define chan_typeof_(...) __typeof__(((void)0, __VA_ARGS__))
#define chan_class_(T) __builtin_classify_type(*(T *)0) /* 5: a pointer; 12, 13: struct, union */
#if __STDC_VERSION__ >= 202311L \
    || (__STDC_VERSION__ > 201710L && (__GNUC__ >= 13 || __clang_major__ >= 16))
#define CHAN_NULLPTR_ , __typeof__(nullptr) *: 1
#else
#define CHAN_NULLPTR_
#endif
#define chan_is_void_(v) _Generic((chan_typeof_(v) *)0, void **: 1, default: 0 CHAN_NULLPTR_)
#define chan_or_char_(c) __builtin_choose_expr(chan_is_void_(c), (chan(char))0, (c))
#define chan_type_(c) __typeof__(*(*chan_or_char_(c))[0]) /* the T; and the untyped channel: */
#define CHAN_NONE_ "this is no channel: declare c as chan(T) c, or in a goroutine as " \
    "chan(T) c = arg, and pass c, not &c"
#define chan_ptr_(c) ( \
    chan_must_(chan_class_(__typeof__(c)) == 5 && !chan_is_void_(c), CHAN_NONE_), \
    chan_must_(chan_class_(__typeof__(*chan_or_char_(c))) == 5, CHAN_NONE_), \
    chan_must_(chan_is_(chan_typeof_(chan_or_char_(c)), chan(chan_type_(c))), CHAN_NONE_), \
    (struct chan_ *)(c))
/* The same, or NULL: `0 ? v : (T *)8` has the type T * only if v is a T * or a null pointer. */
#define chan_any_(c) chan_ptr_(__builtin_choose_expr(chan_is_null_(c), (chan(char))0, (c)))
#define chan_is_null_(c) chan_is_(__typeof__(0 ? __builtin_choose_expr( \
    chan_is_void_(c), (c), (void *)4) : (struct chan_ *)8), struct chan_ *)
/* The address of a T with this value. The call is never made: it has the compiler check that
 * there is one value, and that it is a T. */
#define chan_value_(T, ...) (chan_no_array_(T), chan_not_large_(T), \
    chan_must_(chan_fits_(T, chan_typeof_(__VA_ARGS__)), \
        "the value sent must have the channel's type, the T of chan(T)"), \
    (__typeof__(((struct { T (*chan_send_takes_one_value_of_type_T)(T); } *)0) \
        ->chan_send_takes_one_value_of_type_T(__VA_ARGS__))[1]){ __VA_ARGS__ })
#define chan_no_array_(T) chan_must_(chan_is_(chan_typeof_(*(__typeof__(T) *)0), __typeof__(T)), \
    "the T of chan(T) must be no array and not const or _Atomic: send a struct, or a pointer")
#define chan_not_large_(T) chan_must_(sizeof(T) <= CHAN_VALUE_BYTES, \
    "chan_send and go copy a value onto the stack, and this is larger than CHAN_VALUE_BYTES: " \
    "send a pointer to it, or define CHAN_VALUE_BYTES before the include and call go_stack_bytes()")
#ifndef CHAN_VALUE_BYTES
#define CHAN_VALUE_BYTES (64 * 1024)
#endif
#define chan_is_struct_(T) (chan_class_(T) == 12 || chan_class_(T) == 13)
#define chan_fits_(T, V) ( \
    chan_is_struct_(T) || chan_is_struct_(V) ? __builtin_types_compatible_p(V, T) \
    : chan_class_(V) != 5 || chan_class_(T) == 5 || chan_is_(T, bool))
#define chan_into_(T, v) (chan_must_(chan_is_(chan_typeof_(v), T *) || chan_is_void_(v), \
    "receive into &v, the address of a variable of the channel's type, or into NULL"), \
    chan_must_(chan_is_(__typeof__( \
    0 ? __builtin_choose_expr(chan_is_void_(v), (v), (T *)8) : (T *)8), T *), \
    "this void * may point to anything: receive into a T *, the T of chan(T), or into NULL"), \
    chan_filled_(v))
#ifdef __clang_analyzer__ /* It follows no value between threads, and would take v for garbage. */
void *chan_filled_(void *v);
#else
#define chan_filled_(v) (v)
#endif
#define chan_from_(T, v) (chan_must_( \
    chan_is_(chan_typeof_(v), T *) || chan_is_(chan_typeof_(v), T const *), \
    "send from &v, the address of a variable of the channel's type"), (void *)(uintptr_t)(v))
#define chan_cases_(...) __extension__(struct chan_case[]){ __VA_ARGS__ }
#define chan_case_(c, kind, v, ok) \
    ((struct chan_case){ .chan_ = chan_ptr_(c), .kind_ = kind, .value_ = v, .ok_ = ok })
#define chan_on_send_(c, v) chan_case_(c, CHAN_SEND_, v, NULL)
#define chan_on_recv_(c, v, ok, ...) chan_case_(c, CHAN_RECV_, chan_into_(chan_type_(c), v), \
    (chan_must_(chan_is_(chan_typeof_(ok), bool *) || chan_is_null_(ok), \
    "chan_on_recv(c, &v, &ok) takes the address of a bool"), (void *)(ok)))
/* go(f) and go(f, value): the type of `... = f, value` is the value's or, if there is none, a
 * pointer to function; then the braces stay empty and make it NULL. An alignment that malloc()
 * does not give makes an array of -1. */
#define chan_go_args_(wg, ...) (chan_go_function_(__VA_ARGS__, ), \
    chan_go_typed_(wg, __typeof__((*(void (*[1])(void *)){ NULL } = __VA_ARGS__)), __VA_ARGS__, ))
#define chan_go_function_(f, ...) \
    chan_must_(_Generic((chan_typeof_(f))0, void (*)(void *): 1, default: 0), \
        "go(f, value) needs a function `static void f(void *arg)`")
#define chan_go_typed_(wg, T, f, ...) (chan_go_one_(T, __VA_ARGS__), \
    chan_not_large_(T), chan_go_(wg, f, __extension__(T[1]){ __VA_ARGS__ }, \
    sizeof(T) * sizeof(char[_Alignof(T) <= _Alignof(max_align_t) ? 1 : -1]), \
    chan_class_(T) == 5 /* a pointer */, CHAN_AT_(#f)))
#define chan_one_ go_takes_one_value_put_several_into_a_struct /* gcc or clang names it */
#define chan_go_one_(T, ...) ((void)sizeof(__extension__({ \
    typedef T chan_one_; \
    (void)sizeof( \
        ((struct { int (*chan_one_)(chan_one_, ...); } *)0)->chan_one_(__VA_ARGS__ NULL)); \
    _Static_assert(sizeof((T[]){ __VA_ARGS__ }) <= sizeof(T), \
        "go(f, value) takes one value: put several into a struct, go(f, (struct f){ a, b })"); \
    0; \
    })))
/* A jump over a deferred call would run it on garbage. A type of variable length makes that an
 * error in gcc too. The pragmas keep out -Wvla, and clang 22's warning of __COUNTER__. */
#define CHAN_QUIET_ _Pragma("GCC diagnostic push") CHAN_IGNORE_("-Wpragmas") \
    CHAN_IGNORE_("-Wunknown-warning-option") CHAN_IGNORE_("-Wc2y-extensions") CHAN_IGNORE_("-Wvla")
#define chan_defer_(f, x, at, n) char (*CHAN_PASTE_(put_braces_around_this_defer_, n)) \
    [(size_t)chan_int_(1)] __attribute__((unused)); \
    _Pragma("GCC diagnostic pop") struct chan_deferred_ CHAN_PASTE_(chan_deferred_, n) \
    __attribute__((cleanup(chan_run_deferred_), unused)) = { f, x, at }
#define CHAN_PASTE_(a, b) a##b
/* Any integer as a long long, from the least to the largest. */
__extension__ typedef __int128 chan_integer_;
#define chan_int_(n) chan_within_(chan_whole_(n), LLONG_MIN)
#define chan_whole_(n) (chan_must_( \
    __builtin_classify_type(n) != 8 && __builtin_classify_type(n) != 9 /* real, complex */, \
    "a time in milliseconds, a capacity, a size or a count must be an integer"), (n))
static inline long long chan_within_(chan_integer_ n, long long least) {
    return n < least ? least : n < LLONG_MAX ? (long long)n : LLONG_MAX;
}

/* ===== 3. Hooks: for the laboratory and ThreadSanitizer ======================================= */
/* A hook is a statement in a line of its own or, as CHAN_LAB_() and CHAN_TSAN_(), a field. Here all
 * hooks are empty. The laboratory (-DCHAN_LAB) and chan_tsan.h (for ThreadSanitizer) define those
 * that they need. A hook about a channel or a wait group is called while its lock is held. */
#define CHAN_LAB_(field)
#define CHAN_TSAN_(field)
#define chan_hook_makes_(c) ((void)0)                 /* a channel begins, */
#define chan_hook_frees_(c) ((void)0)                 /* ends, */
#define chan_hook_closes_(c) ((void)0)                /* has been closed, */
#define chan_hook_leaves_(c) ((void)0)                /* is about to be unlocked */
#define chan_hook_sends_(c, slot, receiver) ((void)0) /* it has got a value */
#define chan_hook_receives_(c, slot, sender) ((void)0)
#define chan_hook_sees_end_(c) ((void)0)              /* no value came: it may be closed */
#define chan_hook_enqueues_(w) ((void)0)              /* a waiter is in its queue, */
#define chan_hook_is_ended_(w) ((void)0)              /* is taken by a close, */
#define chan_hook_waited_(w, served, sends) ((void)0) /* waits no more */
#define chan_hook_writes_(into, size) ((void)0)       /* a receive returns */
#define chan_hook_reads_(a) ((void)0)                 /* a case of a select is looked at, */
#define chan_hook_did_(a) ((void)0)                   /* is chosen */
#define chan_hook_draws_(n, drawn) ((void)0)          /* *drawn is from 0 to n - 1 */
#define chan_hook_counts_(wg, n, at) ((void)0)        /* a wait group has counted */
#define chan_hook_has_waited_(wg) ((void)0)           /* wg_wait() returns */
#define chan_hook_creates_(g) ((void)0)               /* a goroutine is created, by its creator, */
#define chan_hook_starts_(g) ((void)0)                /* starts, in its thread, */
#define chan_hook_ends_() ((void)0)                   /* ends */
#define chan_hook_leaves_thread_(thread) ((void)0)    /* that may run another one */
#define chan_hook_hides_() ((void)0)                  /* what follows orders nothing for others, */
#define chan_hook_shows_() ((void)0)                  /* until here */
#define chan_hook_panics_() ((void)0)                 /* a panic has printed its line */
#if defined CHAN_LAB && !__has_include("lab/hooks.h")
#error "-DCHAN_LAB needs chan_lab.h and the folder lab/ beside chan.h"
#include "see the #error above"
#elif defined CHAN_LAB
#include "lab/hooks.h"
#elif __has_include("chan_tsan.h")
#include "chan_tsan.h"
#endif
#if defined CHAN_FIBERS && !defined CHAN_LAB /* which has fibers of its own */
#define CHAN_ON_FIBERS_
#include "chan_fibers.h" /* the first half */
#else /* What follows asks for fibers in a few places. Here are none. */
#define CHAN_HAS_FIBERS_ 0
typedef int chan_state_;
#define CHAN_APART_ static inline
#define chan_worker_now_() NULL
#define chan_fiber_park_(w, p, deadline) false
#define chan_fiber_ready_(f) ((void)0)
#define chan_fiber_sleep_(w, end) ((void)0)
#endif
/* clang-format on */

/* ===== 4. The program's own state, its end by panic, and time ================================ */
struct chan_program_ { /* one in each program or shared library, however many files include it */
    pthread_once_t once;
    atomic_bool is_set_up;              /* chan_once_() has run */
    atomic_bool panicking;              /* it ends */
    atomic_bool one_core;               /* it has one core, so spinning never helps */
    atomic_llong stack_bytes;           /* of the next goroutine */
    atomic_llong yields_are_dear_until; /* a time, see chan_yield_() */
    struct chan_threads_ {              /* the goroutines', see section 10 */
        atomic_long running;
        atomic_int ending; /* these join each other in turn: see chan_start_() */
        atomic_bool exiting;
        pthread_t child; /* what main is, after a fork */
        atomic_int lock; /* guards the rest */
        int n_idle;
        struct chan_thread_ *idle, *ended;
    } threads;
};
__attribute__((weak, visibility("hidden"))) struct chan_program_ chan_program_ = {
    .once = PTHREAD_ONCE_INIT,
    .stack_bytes = 256 * 1024,
};
/* A panic prints one line on stderr and calls abort(): a debugger or a core shows the place. If
 * several threads panic, the first one prints and the others wait for the end. A panic holds no
 * lock. It flushes stdout if that cannot block: other processes may share that open file, so its
 * flags stay as they are. A file never blocks. A pipe or terminal is opened anew, with O_NONBLOCK
 * (04000) and O_NOCTTY (0400), as descriptor 1 of this process alone. A socket, or a file that this
 * process may not open, must have free space. */
#define chan_panic_(...) \
    (chan_last_words_(), dprintf(2, "panic: " __VA_ARGS__), chan_hook_panics_(), abort())
static inline bool chan_stdout_takes_it_(void) {
    enum { CHAN_AT_FDCWD_ = -100, CHAN_O_WRONLY_ = 1 }; /* fcntl.h takes names such as `tee` */
    struct pollfd room = { STDOUT_FILENO, POLLOUT, 0 };
    if (lseek(STDOUT_FILENO, 0, SEEK_CUR) >= 0) return true;
    long own =
        syscall(SYS_openat, CHAN_AT_FDCWD_, "/proc/self/fd/1", CHAN_O_WRONLY_ | 04000 | 0400);
    if (own >= 0) return dup2((int)own, STDOUT_FILENO) == STDOUT_FILENO;
    if (isatty(STDOUT_FILENO)) return false; /* It may have room for one byte only. */
    return poll(&room, 1, 0) == 1 && __fpending(stdout) <= 4096; /* PIPE_BUF: goes in at once */
}
static inline void chan_last_words_(void) {
    while (atomic_exchange(&chan_program_.panicking, true)) pause();
    signal(SIGPIPE, SIG_IGN);
    if (ftrylockfile(stdout) == 0 && chan_stdout_takes_it_()) fflush(stdout);
}
/* Times are nanoseconds of the monotonic clock. */
#define CHAN_NEVER_ LLONG_MAX
#define chan_timespec_(ns) \
    ((struct timespec){ .tv_sec = (ns) / 1000000000, .tv_nsec = (ns) % 1000000000 })
#define chan_ns_(ms) chan_within_((ms) * (chan_integer_)1000000, 0)
#define chan_plus_(a, b) chan_within_((chan_integer_)(a) + (b), 0)
static inline long long chan_clock_(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* glibc takes thread-locals and its own data out of a stack. This function of glibc returns how
 * much. musl has no such function: it puts them beside the stack. */
extern size_t __pthread_get_minstack(const pthread_attr_t *) __attribute__((weak));
static inline int chan_new_thread_(void *(*f)(void *), void *arg, long long bytes, int detach) {
    pthread_t id;
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    size_t beside = __pthread_get_minstack ? __pthread_get_minstack(&attr) : 0;
    int error = pthread_attr_setstacksize(&attr, (size_t)bytes + beside);
    pthread_attr_setdetachstate(&attr, detach);
    if (!error) error = pthread_create(&id, &attr, f, arg);
    pthread_attr_destroy(&attr);
    return error;
}

/* ===== 5. Waiting: the engine ================================================================ */
/* An engine runs goroutines and lets them wait. Sections 6 to 9 call of it nothing but this:
 *   chan_set_up_()             before the first use, and any number of times
 *   chan_start_(g)             runs g.f(g.arg), then frees g.copy and calls wg_done(g.wg)
 *   chan_lock_(l)              waits until it holds l; chan_lock_within_(l, n) with other pauses
 *   chan_unlock_(l, hints)     unlocks l; the hints stay in *l until it is locked again
 *   chan_park_(p, deadline)    waits for chan_wake_(), which happens before; false: deadline passed
 *   chan_wake_(p)              wakes a list of parkers, parked or not yet; then they may be freed
 *   chan_linger_(n)            pauses, so that another thread can do what this one will wait for
 *   chan_now_(), chan_sleep_(ms) the time; to sleep, whatever signals arrive
 * A parker has `ok`, `taken` and `next` for its users, and begins as { 0 }. This section and
 * section 10 are the engine of threads. */
#ifndef CHAN_STEP_ /* a test may define it, to hold up or to record what happens */
#define CHAN_STEP_() ((void)0)
#endif
#ifdef __x86_64__
#define chan_pause_() __builtin_ia32_pause()
#elif defined __aarch64__
#define chan_pause_() __asm__ volatile("isb")
#else
#define chan_pause_() __asm__ volatile("") /* Other machines only spin. */
#endif
static inline void chan_linger_(int n) {
    for (int i = chan_program_.one_core ? 0 : n; i > 0; i--) chan_pause_();
}
static inline void chan_once_(void);
static inline void chan_set_up_(void) {
    if (!chan_program_.is_set_up) pthread_once(&chan_program_.once, chan_once_);
}
#ifndef CHAN_LAB /* its engine has a clock of its own */
static inline long long chan_now_(void) { return chan_clock_(CLOCK_MONOTONIC); }
#endif
static inline long long chan_now_ms(void) { return chan_now_() / 1000000; }
static inline void chan_sleep_(long long ms) {
    long long end = chan_plus_(chan_now_(), chan_ns_(ms));
    struct timespec t = chan_timespec_(end);
    struct chan_worker_ *worker = chan_worker_now_();
    if (worker && ms > 0) chan_fiber_sleep_(worker, end);
    while (!worker && ms > 0 && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
        continue;
}
/* Until when a yield may hand over the core for a whole time slice, or 0: see chan_yield_(). */
static inline long long chan_dear_until_(void) {
    return atomic_load_explicit(&chan_program_.yields_are_dear_until, memory_order_relaxed);
}
static inline bool chan_yields_are_dear_(void) {
    return chan_dear_until_() > 0 && chan_clock_(CLOCK_MONOTONIC) < chan_dear_until_();
}
/* A thread that finds a lock taken pauses, longer each time, then yields, then sleeps. Without the
 * sleep a thread of high priority could keep the owner from its core. While a channel's lock is
 * free, its bits are hints: a receive would wait, a send would wait, or the channel is closed and
 * empty. */
enum { CHAN_HELD_ = 1, CHAN_EMPTY_ = 2, CHAN_FULL_ = 4, CHAN_DRAINED_ = 8 };
#define chan_lock_(lock) chan_lock_within_(lock, 4)
__attribute__((noinline, unused)) static void chan_lock_slowly_(atomic_int *lock, int pauses) {
    for (int n = 0; n == 0 || atomic_exchange(lock, CHAN_HELD_) & CHAN_HELD_; n++)
        if (n < 10 && !chan_program_.one_core) chan_linger_(pauses << n / 2);
        else if (n < 1000 && !chan_yields_are_dear_()) sched_yield();
        else nanosleep(&(struct timespec){ .tv_nsec = 50000 }, NULL);
}
static inline void chan_lock_within_(atomic_int *lock, int pauses) {
    CHAN_STEP_();
    if (atomic_exchange(lock, CHAN_HELD_) & CHAN_HELD_) chan_lock_slowly_(lock, pauses);
}
static inline void chan_unlock_(atomic_int *lock, int hints) {
    CHAN_STEP_();
    atomic_store_explicit(lock, hints, memory_order_release);
    CHAN_STEP_();
}
/* Where a thread waits to be woken, mostly on its own stack. A list is woken together. */
enum { CHAN_LOOKING_, CHAN_PARKED_, CHAN_WOKEN_ };
struct chan_parker_ {
    _Atomic chan_state_ state; /* or, of a fiber that is parked, its address */
    bool ok;                   /* of a send, receive or select: a value has changed hands */
    _Atomic(struct chan_waiter_ *) taken; /* of a select: the case that another thread does */
    struct chan_parker_ *next;
    CHAN_LAB_(struct chan_lab_parker_ lab;)
};
/* A thread was in a yield for `took`. Returns whether threads of other programs used its core. They
 * did if this whole program used less processor time than the thread spent in yields, because the
 * core runs some other thread during a yield. The kernel counts in ticks, so this covers 32 ms. */
static inline bool chan_is_crowded_out_(long long now, long long took) {
    static _Thread_local long long since, used_until_then, yielded;
    yielded += took;
    long long wall = now - since;
    if (wall < 32000000) return false;
    long long used = chan_clock_(CLOCK_PROCESS_CPUTIME_ID);
    long long ours = used - used_until_then;
    bool is_crowded_out = yielded > wall / 4 && ours < yielded / 4 * 3;
    since = now;
    used_until_then = used;
    yielded = 0;
    return is_crowded_out;
}
/* Lets other threads run. Beside busy processes a yield hands over the core for a whole time slice,
 * some milliseconds, where a thread that sleeps is woken within microseconds. If yields go to
 * other programs, this one does not yield for two seconds. *now is the time, before and after. */
static inline void chan_yield_(long long *now) {
    long long before = *now;
    sched_yield();
    *now = chan_clock_(CLOCK_MONOTONIC);
    long long took = *now - before;
    if (took > 500000 && chan_is_crowded_out_(*now, took))
        chan_program_.yields_are_dear_until = *now + 2000000000;
}
/* Waits a short time for p to be woken: spins while that pays, then yields. A thread whose deadline
 * is near does not yield, because the yield might return too late. */
static inline bool chan_is_woken_soon_(struct chan_parker_ *p, long long deadline) {
    enum { CHAN_NEAR_NS_ = 100000000 };
    static _Thread_local int luck = 200; /* how long it pays to spin: longer while it succeeds */
    int spins = chan_program_.one_core ? 0 : luck;
    for (int i = 0; i < spins; i++) {
        if (p->state == CHAN_WOKEN_) {
            luck += (200 - luck) / 8;
            return true;
        }
        chan_pause_();
    }
    luck -= (luck - 32) / 2;
    long long now = chan_clock_(CLOCK_MONOTONIC);
    for (int i = 0; i < 20 && deadline - now > CHAN_NEAR_NS_; i++) {
        if (p->state == CHAN_WOKEN_) return true;
        if (now < chan_dear_until_()) return false;
        chan_yield_(&now);
    }
    return false;
}
/* Sleeps in the kernel, unless p is no longer parked. Returns false when the deadline has passed.
 * After true the caller must check p's state: the wake-up may be spurious. */
static inline bool chan_sleeps_until_(struct chan_parker_ *p, long long deadline) {
    enum { CHAN_WAIT_BITSET_ = 137 };
    struct timespec t = chan_timespec_(deadline);
    struct timespec *until = deadline == CHAN_NEVER_ ? NULL : &t;
    long error = syscall(SYS_futex, &p->state, CHAN_WAIT_BITSET_, CHAN_PARKED_, until, NULL, -1);
    return error == 0 || errno != ETIMEDOUT;
}
/* p may be freed by now, so another thread may sleep at this address. It checks its state again. */
static inline void chan_ends_sleep_(struct chan_parker_ *p) {
    syscall(SYS_futex, &p->state, 129 /* WAKE, private */, 1, NULL, NULL, 0);
}
#ifndef CHAN_LAB /* its engine has a pair of its own */
/* Sleeping and being woken costs about 300 times as much as a hand-over between two running
 * threads, so the thread first spins for about as long as that costs. */
static inline bool chan_park_(struct chan_parker_ *p, long long deadline) {
    struct chan_worker_ *worker = chan_worker_now_();
    if (worker) return chan_fiber_park_(worker, p, deadline);
    if (chan_is_woken_soon_(p, deadline)) return true;
    chan_state_ looking = CHAN_LOOKING_;
    CHAN_STEP_();
    atomic_compare_exchange_strong(&p->state, &looking, CHAN_PARKED_);
    while (p->state == CHAN_PARKED_) { /* The kernel checks it again before it sleeps. */
        if (chan_sleeps_until_(p, deadline)) continue;
        chan_state_ parked = CHAN_PARKED_;
        atomic_compare_exchange_strong(&p->state, &parked, CHAN_LOOKING_);
    }
    return p->state == CHAN_WOKEN_;
}
static inline void chan_wake_(struct chan_parker_ *p) {
    for (struct chan_parker_ *next; p; p = next) {
        next = p->next;
        chan_state_ was = atomic_exchange(&p->state, CHAN_WOKEN_);
        if (was == CHAN_PARKED_) chan_ends_sleep_(p);
        else if (was > CHAN_WOKEN_) chan_fiber_ready_((struct chan_fiber_ *)was);
    }
}
#endif

/* ===== 6. A channel, its waiters, and one attempt at an operation ============================= */
struct chan_ {
    CHAN_LAB_(const void *mark;)
    atomic_int lock; /* guards the rest but size, cap and is_timer, which never change */
    bool closed, is_timer;
    size_t cap, len, head; /* of the buffer, in values: its size, what is in it, where the oldest */
    struct chan_queue_ {
        struct chan_waiter_ *first, *last;
    } senders, receivers;
    size_t size;           /* of a value, in bytes */
    long long due, period; /* of a timer: when the next tick is due, and how far the one after it */
    CHAN_TSAN_(struct chan_edge_ **edges;) /* of the buffer's slots */
    CHAN_LAB_(struct chan_lab_chan_ lab;)
    unsigned char slots[];
};
struct chan_waiter_ { /* a blocked operation's place in a queue; on its thread's stack */
    struct chan_waiter_ *prev, *next; /* guarded by the channel's lock */
    struct chan_parker_ *parker;
    void *value;                /* to send from or, unless NULL, to receive into */
    const struct chan_case *of; /* of a select, or NULL */
    CHAN_TSAN_(struct chan_edge_ *edge;)
};
#ifdef CHAN_TSAN_LOOKS_
#include "chan_tsan.h" /* the second half */
#endif
#define chan_enter_(c) chan_lock_(&(c)->lock)
static inline void chan_leave_(struct chan_ *c) {
    int empty = c->len > 0 || c->senders.first ? 0 : c->closed ? CHAN_DRAINED_ : CHAN_EMPTY_;
    int full = c->len < c->cap || c->receivers.first || c->closed ? 0 : CHAN_FULL_;
    chan_hook_leaves_(c);
    chan_unlock_(&c->lock, c->is_timer ? 0 : empty | full); /* time makes a timer ready */
}
/* The first waiter's prev and the last of an empty queue are never read: they may be stale. */
static inline void chan_enqueue_(struct chan_queue_ *q, struct chan_waiter_ *w) {
    w->prev = q->last;
    w->next = NULL;
    if (q->first) q->last->next = w;
    else q->first = w;
    q->last = w;
    chan_hook_enqueues_(w);
}
static inline void chan_unlink_(struct chan_queue_ *q, struct chan_waiter_ *w) {
    if (q->first == w) {
        q->first = w->next;
        return;
    }
    w->prev->next = w->next;
    if (w->next) w->next->prev = w->prev;
    else q->last = w->prev;
}
/* Takes w, so that this thread alone serves it, unless another case of its select is taken. A
 * select stays in its queues until it returns, so that chan_free() finds it. Other waiters are
 * unlinked, because they will not touch the channel again. */
static inline bool chan_take_(struct chan_queue_ *q, struct chan_waiter_ *w) {
    struct chan_waiter_ *none = NULL;
    if (w->of) return atomic_compare_exchange_strong(&w->parker->taken, &none, w);
    chan_unlink_(q, w);
    return true;
}
static inline void chan_put_(void *into, const void *from, size_t size) {
    if (into && from) memcpy(into, from, size);
    else if (into) memset(into, 0, size);
}
/* These are called with the lock held. They return false if the caller would have to wait, and then
 * they change nothing. Otherwise they report in `done` whether a value was sent or received, and
 * which parker to wake after unlocking. */
struct chan_done_ {
    bool ok;
    struct chan_parker_ *wake;
};
static inline struct chan_waiter_ *chan_serve_(struct chan_queue_ *q, struct chan_done_ *done) {
    struct chan_waiter_ *w = q->first;
    while (w && !chan_take_(q, w)) w = w->next;
    if (!w) return NULL;
    w->parker->ok = true;
    done->wake = w->parker;
    return w;
}
static inline bool chan_try_send_(struct chan_ *c, void *v, size_t size, struct chan_done_ *done) {
    done->ok = !c->closed;
    if (c->closed) return true;
    struct chan_waiter_ *receiver = chan_serve_(&c->receivers, done);
    if (!receiver && c->len == c->cap) return false;
    size_t end = c->head + c->len;
    size_t slot = end < c->cap ? end : end - c->cap;
    if (receiver) {
        chan_put_(receiver->value, v, size);
    } else {
        memcpy(c->slots + slot * size, v, size);
        c->len++;
    }
    chan_hook_sends_(c, slot, receiver);
    return true;
}
static inline bool chan_try_recv_(struct chan_ *c, void *v, size_t size, struct chan_done_ *done) {
    struct chan_waiter_ *sender = chan_serve_(&c->senders, done);
    size_t slot = c->head;
    unsigned char *oldest = c->slots + slot * size;
    done->ok = c->len > 0 || sender;
    if (!done->ok) {
        chan_hook_sees_end_(c);
        return c->closed;
    }
    chan_put_(v, c->len > 0 ? oldest : sender->value, size);
    c->head = slot + 1 < c->cap ? slot + 1 : 0;
    if (c->len > 0 && sender) memcpy(oldest, sender->value, size); /* was full: the last slot now */
    else if (c->len > 0) c->len--;
    chan_hook_receives_(c, slot, sender);
    return true;
}
static inline bool chan_try_tick_(struct chan_ *c, void *into, struct chan_done_ *done) {
    long long now = chan_now_();
    long long late = now - c->due;
    if (late < 0) return false;
    struct timespec t = chan_timespec_(c->due); /* A late receiver gets the first missed tick, */
    chan_put_(into, &t, sizeof t);
    c->due = chan_plus_(now - late % c->period, c->period); /* then the next one */
    done->ok = true;
    return true;
}

/* ===== 7. The operations on one channel ====================================================== */
enum { CHAN_RECV_ = 1, CHAN_SEND_, CHAN_TIMEOUT_, CHAN_DEFAULT_ };
/* A chan_recv() in the place of a case initialises ok_: the compiler's message then names this. */
struct chan_select_takes_chan_on_recv_and_chan_on_send {
    bool ok;
};
struct chan_case {
    struct chan_select_takes_chan_on_recv_and_chan_on_send *ok_;
    union {
        void *value_;
        long long ns_;
    };
    struct chan_ *chan_;
    int kind_;
    CHAN_LAB_(const char *spelled_;)
};
static inline int chan_select_(const struct chan_case *cases, long long n, const char *at);
static inline struct chan_ *chan_make_(size_t size, chan_integer_ cap, const char *at) {
    unsigned long long n = cap < ULLONG_MAX ? (unsigned long long)cap : ULLONG_MAX;
    if (cap < 0) chan_panic_("negative channel capacity %lld (%s)\n", (long long)cap, at);
    chan_set_up_();
    bool fits = size == 0 || n <= (LONG_MAX - sizeof(struct chan_)) / size;
    struct chan_ *c = fits ? malloc(sizeof *c + n * size) : NULL;
    if (!c) chan_panic_("no channel of %llu values: %s (%s)\n", n, strerror(ENOMEM), at);
    *c = (struct chan_){ .size = size, .cap = n };
    chan_hook_makes_(c);
    return c;
}
static inline struct chan_ *chan_timer_(long long ms, bool again, const char *at) {
    if (again && ms <= 0) chan_panic_("non-positive tick of %lld ms (%s)\n", ms, at);
    struct chan_ *c = chan_make_(sizeof(struct timespec), 0, at);
    c->is_timer = true;
    c->due = chan_plus_(chan_now_(), chan_ns_(ms));
    c->period = again ? chan_ns_(ms) : CHAN_NEVER_;
    return c;
}
/* Waits in the queue q until another thread serves this operation or closes the channel. Called and
 * left out of line: inlined, it would keep gcc from inlining a send that need not wait. A thread
 * that waits for a buffer lingers, so that the other side can send or receive several values. */
__attribute__((noinline, unused)) static bool chan_wait_(struct chan_ *c, struct chan_queue_ *q,
                                                         void *value) {
    _Alignas(64) struct { /* one line of the cache */
        struct chan_parker_ parker;
        struct chan_waiter_ w;
    } me = { { .ok = false }, { .parker = &me.parker, .value = value } };
    size_t cap = c->cap;
    chan_enqueue_(q, &me.w);
    chan_leave_(c); /* from here on c may be gone */
    if (!CHAN_HAS_FIBERS_) chan_linger_(cap < 64 ? (int)cap * 3 / 4 : 48);
    chan_park_(&me.parker, CHAN_NEVER_);
    chan_hook_waited_(&me.w, true, q == &c->senders);
    return me.parker.ok;
}
/* Ends a send or receive that was tried under the lock, and returns whether a value changed hands.
 * The record of a wait is built only if it must wait. */
static inline bool chan_finish_(struct chan_ *c, bool is_done, const struct chan_done_ *done,
                                struct chan_queue_ *q, void *value) {
    if (!is_done) return chan_wait_(c, q, value);
    chan_leave_(c); /* from here on c may be gone */
    chan_wake_(done->wake);
    return done->ok;
}
static inline void chan_send_(struct chan_ *c, void *value, size_t size, const char *at) {
    struct chan_done_ done = { false, NULL };
    if (!c || c->is_timer)
        chan_select_(&(struct chan_case){ .kind_ = CHAN_SEND_, .chan_ = c }, 1, at);
    chan_enter_(c);
    bool is_done = chan_try_send_(c, value, size, &done);
    bool ok = chan_finish_(c, is_done, &done, &c->senders, value);
    if (!ok) chan_panic_("send on closed channel (%s)\n", at);
}
static inline bool chan_recv_(struct chan_ *c, void *into, size_t size, const char *at) {
    struct chan_done_ done = { false, NULL };
    if (!c || c->is_timer) {
        struct chan_case alone = { .kind_ = CHAN_RECV_, .chan_ = c, .value_ = into };
        return !chan_select_(&alone, 1, at);
    }
    chan_enter_(c);
    bool is_done = chan_try_recv_(c, into, size, &done);
    bool ok = chan_finish_(c, is_done, &done, &c->receivers, into);
    if (!ok) chan_put_(into, NULL, size);
    chan_hook_writes_(into, size);
    return ok;
}
/* Puts all waiters of q that no other thread serves on the list of parkers to wake. */
static inline void chan_end_all_(struct chan_queue_ *q, struct chan_parker_ **list) {
    for (struct chan_waiter_ *w = q->first, *next; w; w = next) {
        next = w->next;
        if (!chan_take_(q, w)) continue;
        chan_hook_is_ended_(w);
        w->parker->next = *list;
        *list = w->parker;
    }
}
static inline void chan_close_(struct chan_ *c, const char *at) {
    struct chan_parker_ *wake = NULL;
    if (!c || c->is_timer) chan_panic_("close of %s channel (%s)\n", c ? "timer" : "nil", at);
    chan_enter_(c);
    bool was_closed = c->closed;
    c->closed = true;
    chan_hook_closes_(c);
    chan_end_all_(&c->receivers, &wake);
    chan_end_all_(&c->senders, &wake); /* each panics, in its own thread */
    chan_leave_(c);
    if (was_closed) chan_panic_("close of closed channel (%s)\n", at);
    chan_wake_(wake);
}
static inline void chan_free_(struct chan_ *c, const char *at) {
    if (!c) return;
    chan_enter_(c); /* the lock lets the last operation finish */
    bool in_use = c->senders.first || c->receivers.first;
    chan_leave_(c);
    if (in_use) chan_panic_("free of a channel in use (%s)\n", at);
    chan_hook_frees_(c);
    free(c);
}
static inline size_t chan_len_(struct chan_ *c) {
    if (!c || c->cap == 0) return 0;
    chan_enter_(c);
    size_t len = c->len;
    chan_leave_(c);
    return len;
}
static inline size_t chan_cap_(const struct chan_ *c) { return c ? c->cap : 0; }

/* ===== 8. Select ============================================================================= */
struct chan_select_ {
    struct chan_parker_ parker;
    struct chan_done_ done;
    struct chan_waiter_ *w;          /* the cases with a channel, in random order */
    struct chan_ **locks;            /* their channels, by address */
    size_t n;                        /* how many these are */
    long long deadline;              /* when the next timer is due */
    const struct chan_case *timeout; /* the shortest, or NULL; CHAN_DEFAULT's is -1 ns */
};
CHAN_APART_ size_t chan_random_below_(size_t n) { /* George Marsaglia's xorshift */
    static _Thread_local unsigned long long x;
    if (!x) x = (size_t)&x ^ (unsigned long long)chan_now_() << 20;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    size_t drawn = (size_t)((x >> 32) * n >> 32);
    chan_hook_draws_(n, &drawn);
    return drawn;
}
/* The cases are tried in random order. The first ready one is done, so each is equally likely. */
static inline void chan_read_case_(struct chan_select_ *s, const struct chan_case *a,
                                   const char *at) {
    bool is_timeout = a->kind_ >= CHAN_TIMEOUT_;
    if (is_timeout && (!s->timeout || a->ns_ < s->timeout->ns_)) s->timeout = a;
    if (!a->chan_) return;
    if (a->kind_ == CHAN_SEND_ && a->chan_->is_timer)
        chan_panic_("send on timer channel (%s)\n", at);
    chan_hook_reads_(a);
    size_t i = chan_random_below_(s->n + 1);
    s->locks[s->n] = a->chan_;
    s->w[s->n].of = s->w[i].of; /* all else of a waiter is for chan_wait_all_() */
    s->w[i].of = a;
    s->n++;
}
/* Up to 8 locks are sorted by insertion, more are merged: n log n steps, n for sorted locks. */
static inline void chan_sort_few_(struct chan_ **a, size_t n) {
    for (size_t i = 1; i < n; i++) {
        struct chan_ *c = a[i];
        size_t j = i;
        for (; j > 0 && (size_t)a[j - 1] > (size_t)c; j--) a[j] = a[j - 1];
        a[j] = c;
    }
}
static inline void chan_sort_(struct chan_ **a, size_t n, struct chan_ **half_as_many) {
    if (n <= 8) {
        chan_sort_few_(a, n);
        return;
    }
    size_t half = n / 2, i = 0, j = half;
    chan_sort_(a, half, half_as_many);
    chan_sort_(a + half, n - half, half_as_many);
    if ((size_t)a[half - 1] <= (size_t)a[half]) return;
    memcpy(half_as_many, a, half * sizeof *a);
    for (size_t k = 0; i < half; k++) {
        bool is_right = j < n && (size_t)a[j] < (size_t)half_as_many[i];
        a[k] = is_right ? a[j++] : half_as_many[i++];
    }
}
#define chan_all_(s, enter_or_leave) /* each once */ \
    for (size_t i_ = 0; i_ < (s)->n; i_++) \
        if (i_ == 0 || (s)->locks[i_] != (s)->locks[i_ - 1]) enter_or_leave((s)->locks[i_])
static inline struct chan_queue_ *chan_queue_of_(const struct chan_waiter_ *w) {
    struct chan_ *c = w->of->chan_;
    return w->of->kind_ == CHAN_SEND_ ? &c->senders : &c->receivers;
}
/* Performs the first case that is ready, and returns it, or NULL. CHAN_EACH_ holds one lock at a
 * time and skips a case that needs a waiting thread. CHAN_ALL_ runs with all locks held.
 * CHAN_TIMERS_ tries only the timers, after a wait. */
enum chan_which_ { CHAN_EACH_, CHAN_ALL_, CHAN_TIMERS_ };
static inline struct chan_waiter_ *chan_try_(struct chan_select_ *s, enum chan_which_ which) {
    bool each = which == CHAN_EACH_;
    for (struct chan_waiter_ *w = s->w; w < s->w + s->n; w++) {
        struct chan_ *c = w->of->chan_;
        void *value = w->of->value_;
        bool sends = w->of->kind_ == CHAN_SEND_;
        if (each && c->lock & (sends ? CHAN_FULL_ : CHAN_EMPTY_)) continue;
        if (each && c->cap == 0 && !c->is_timer) return NULL;
        if (which == CHAN_TIMERS_ && !c->is_timer) continue;
        if (each) chan_lock_within_(&c->lock, 12);
        bool ready = c->is_timer ? chan_try_tick_(c, value, &s->done)
                     : sends     ? chan_try_send_(c, value, c->size, &s->done)
                                 : chan_try_recv_(c, value, c->size, &s->done);
        if (c->is_timer && c->due < s->deadline) s->deadline = c->due;
        if (each) chan_leave_(c);
        if (ready) return w;
    }
    return NULL;
}
/* With all locks held and nothing ready: waits in all queues for another thread that takes a
 * case, for a tick, or for the timeout. Returns the case, or NULL, without the locks. */
static inline struct chan_waiter_ *chan_wait_all_(struct chan_select_ *s, long long patience) {
    struct chan_waiter_ *w, *taken, *chosen, *end = s->w + s->n;
    long long timeout = patience < CHAN_NEVER_ ? chan_plus_(chan_now_(), patience) : patience;
    for (w = s->w; w < end; w++) {
        *w = (struct chan_waiter_){ .parker = &s->parker, .value = w->of->value_, .of = w->of };
        chan_enqueue_(chan_queue_of_(w), w);
    }
    do {
        chan_all_(s, chan_leave_);
        chan_park_(&s->parker, s->deadline < timeout ? s->deadline : timeout);
        chan_all_(s, chan_enter_);
        /* With all locks held no thread can take a case. Only time can make a timer ready. */
        s->deadline = CHAN_NEVER_;
        taken = s->parker.taken;
        chosen = taken ? taken : chan_try_(s, CHAN_TIMERS_);
    } while (!chosen && (timeout == CHAN_NEVER_ || chan_now_() < timeout));
    for (w = s->w; w < end; w++) {
        chan_unlink_(chan_queue_of_(w), w);
        chan_hook_waited_(w, w == taken, w->of->kind_ == CHAN_SEND_);
    }
    chan_all_(s, chan_leave_);
    if (!taken) return chosen;
    chan_park_(&s->parker, CHAN_NEVER_); /* after a deadline the wake-up is still to come */
    s->done.ok = s->parker.ok;
    return taken;
}
/* In three passes, as Go does. Returns the case that is done, or NULL for the timeout. */
static inline struct chan_waiter_ *chan_choose_(struct chan_select_ *s) {
    long long patience = s->timeout ? s->timeout->ns_ : CHAN_NEVER_;
    struct chan_waiter_ *w = chan_try_(s, CHAN_EACH_); /* pass 1: each with its own lock */
    if (w) return w;
    chan_sort_(s->locks, s->n, s->locks + s->n);
    chan_all_(s, chan_enter_);
    w = chan_try_(s, CHAN_ALL_);                                /* pass 2: all of them locked */
    if (!w && patience > 0) return chan_wait_all_(s, patience); /* pass 3: in all queues */
    chan_all_(s, chan_leave_);
    return w;
}
static inline int chan_select_all_(const struct chan_case *cases, long long n, const char *at) {
    struct chan_waiter_ few[8];
    struct chan_ *few_locks[8];
    struct chan_select_ s = { .w = few, .locks = few_locks, .deadline = CHAN_NEVER_ };
    if (n < 0) chan_panic_("select of %lld cases (%s)\n", n, at);
    if (n > 8) s.w = calloc((size_t)n, sizeof *s.w + 2 * sizeof *s.locks); /* half: for the sort */
    if (!s.w) chan_panic_("no select of %lld cases: %s (%s)\n", n, strerror(ENOMEM), at);
    if (n > 8) s.locks = (struct chan_ **)(s.w + n);
    for (long long i = 0; i < n; i++) chan_read_case_(&s, &cases[i], at); /* n may be 0 */
    struct chan_waiter_ *w = chan_choose_(&s);
    chan_wake_(s.done.wake);
    const struct chan_case *chosen = w ? w->of : s.timeout;
    if (w && !s.done.ok && chosen->kind_ == CHAN_SEND_)
        chan_panic_("send on closed channel (%s)\n", at);
    if (w && !s.done.ok) chan_put_(chosen->value_, NULL, chosen->chan_->size);
    chan_hook_did_(chosen);
    if (chosen->ok_) chosen->ok_->ok = s.done.ok;
    if (s.w != few) free(s.w);
    return (int)(chosen - cases);
}
/* With one channel and CHAN_DEFAULT, a look at the hints may be enough. */
static inline int chan_select_(const struct chan_case *cases, long long n, const char *at) {
    if (n != 2) return chan_select_all_(cases, n, at);
    int other = cases[0].kind_ == CHAN_DEFAULT_;
    const struct chan_case *a = &cases[other];
    if (cases[!other].kind_ != CHAN_DEFAULT_ || !a->chan_) return chan_select_all_(cases, n, at);
    int hints = a->chan_->lock;
    if (hints & (a->kind_ == CHAN_SEND_ ? CHAN_FULL_ : CHAN_EMPTY_)) return !other;
    if (a->kind_ == CHAN_SEND_ || !(hints & CHAN_DRAINED_)) return chan_select_all_(cases, n, at);
    chan_hook_sees_end_(a->chan_);
    chan_put_(a->value_, NULL, a->chan_->size);
    if (a->ok_) a->ok_->ok = false;
    return other;
}

/* ===== 9. Wait groups, goroutines, defer ===================================================== */
struct waitgroup {
    long long count_;
    struct chan_parker_ *waiting_;
    atomic_int lock_; /* guards the rest */
    CHAN_LAB_(struct chan_lab_wg_ lab_;)
};
static inline void wg_add_(struct waitgroup *wg, long long n, const char *at) {
    chan_lock_(&wg->lock_);
    bool wrong = __builtin_add_overflow(wg->count_, n, &wg->count_) || wg->count_ < 0;
    struct chan_parker_ *wake = wg->count_ == 0 ? wg->waiting_ : NULL;
    chan_hook_counts_(wg, n, at);
    if (wake) wg->waiting_ = NULL;
    chan_unlock_(&wg->lock_, 0); /* from here on wg may be gone */
    if (wrong) chan_panic_("negative WaitGroup counter (%s)\n", at);
    chan_wake_(wake);
}
static inline void wg_wait(struct waitgroup *wg) {
    chan_lock_(&wg->lock_);
    struct chan_parker_ parker = { .next = wg->waiting_ };
    bool wait = wg->count_ > 0;
    if (wait) wg->waiting_ = &parker;
    chan_unlock_(&wg->lock_, 0);
    if (wait) chan_park_(&parker, CHAN_NEVER_);
    chan_hook_has_waited_(wg);
}
#define CHAN_BY_POINTER_ "a pointer\0" /* see section 11 */
#ifdef CHAN_ON_FIBERS_
#include "chan_fibers.h" /* the second half, in place of these threads */
#else
struct chan_goroutine_ {
    void (*f)(void *);
    void *arg, *copy;     /* arg is a pointer, or the copy of a value */
    struct waitgroup *wg; /* or NULL */
    const char *at;
    long long stack_bytes;
    CHAN_LAB_(struct chan_lab_goroutine_ *lab;)
};
static inline void chan_start_thread_(struct chan_goroutine_ g);
#ifndef CHAN_LAB /* its engine may start fibers */
#define chan_start_ chan_start_thread_
#endif
static inline void chan_go_(struct waitgroup *wg, void (*f)(void *), const void *value, size_t size,
                            bool is_pointer, const char *at) {
    struct chan_goroutine_ g = { .f = f, .wg = wg, .at = at };
    g.stack_bytes = chan_program_.stack_bytes;
    if (!is_pointer) g.copy = malloc(size + !size);
    if (!is_pointer && !g.copy)
        chan_panic_("no goroutine with %zu bytes: %s (%s)\n", size, strerror(ENOMEM), at);
    g.arg = g.copy;
    memcpy(is_pointer ? (void *)&g.arg : g.copy, value, size);
    chan_hook_creates_(&g);
    if (wg) wg_add_(wg, 1, at);
    chan_start_(g);
}
#endif
static inline void chan_set_stack_(long long n, const char *at) {
    if (n < 16384) chan_panic_("stack of %lld bytes, less than 16384 (%s)\n", n, at);
    chan_program_.stack_bytes = n;
}

/* ===== 10. Threads for goroutines: for a second reading ====================================== */
/* When a goroutine's function has returned, its thread is idle for 50 ms. A go() that needs a stack
 * of that size wakes it. A thread that no go() wakes, or that finds 64 idle ones, ends. It joins
 * the thread that ended before it, so at most one is not joined. exit() joins all of these. */
#ifndef CHAN_ON_FIBERS_
struct chan_thread_ {
    struct chan_parker_ parker;
    struct chan_goroutine_ g;  /* g.f is NULL while it runs none; woken without one, it ends */
    struct chan_thread_ *next; /* in the list of the idle; once it ends, the one that it joins */
    pthread_t id;
    long long deadline; /* how long it lies idle */
    bool is_detached;   /* by its goroutine: then it ends, joins no thread, and frees this */
};
extern void __sanitizer_set_report_path(const char *) __attribute__((weak));
static inline bool chan_is_detached_(void) {
#ifdef __GLIBC__ /* its pthread_getattr_np() allocates memory; sanitizers abort at such a join */
    if (!__sanitizer_set_report_path)
        return pthread_timedjoin_np(pthread_self(), NULL, &(struct timespec){ 0 }) == EINVAL;
#endif
    int state = PTHREAD_CREATE_JOINABLE;
    pthread_attr_t attr;
    if (pthread_getattr_np(pthread_self(), &attr) != 0) return false;
    pthread_attr_getdetachstate(&attr, &state);
    pthread_attr_destroy(&attr);
    return state == PTHREAD_CREATE_DETACHED;
}
/* Whether this goroutine's thread is the main thread of a child process: the thread that forked. A
 * pthread id may belong to another thread later, so the kernel's id is compared as well. */
static inline bool chan_is_child_main_(const struct chan_thread_ *self) {
    return pthread_equal(chan_program_.threads.child, self->id) && syscall(SYS_gettid) == getpid();
}
/* Puts a thread on the list of idle ones; or, if it must end or enough are idle, on the list of
 * ended ones, and returns true. */
static inline bool chan_lie_down_(struct chan_thread_ *self, bool ends) {
    struct chan_threads_ *all = &chan_program_.threads;
    self->parker.state = CHAN_LOOKING_;
    chan_lock_(&all->lock); /* 50 ms; or forever at exit, where no thread would join it: */
    self->deadline = all->exiting ? CHAN_NEVER_ : chan_now_() + 50000000;
    ends = ends || (all->n_idle >= 64 && !all->exiting);
    struct chan_thread_ **list = ends ? &all->ended : &all->idle;
    self->next = self->is_detached ? NULL : *list;
    if (!self->is_detached) *list = self;
    all->n_idle += !ends;
    chan_unlock_(&all->lock, 0);
    return ends;
}
/* The goroutine's function has returned, or has called pthread_exit(): then the thread must end. */
static inline bool chan_end_(struct chan_thread_ *self, bool ends) {
    struct chan_goroutine_ g = self->g;
    free(g.copy);
    self->g.f = NULL;
    atomic_fetch_sub_explicit(&chan_program_.threads.running, 1, memory_order_relaxed);
    self->is_detached = chan_is_detached_() || chan_is_child_main_(self);
    chan_hook_leaves_thread_(self);
    ends = chan_lie_down_(self, ends || self->is_detached);
    if (g.wg) wg_add_(g.wg, -1, g.at); /* only now: an exit() after wg_wait() finds the thread */
    chan_hook_ends_();
    return ends;
}
/* Ends a thread that has been idle for long enough, unless a go() has just taken it. */
static inline bool chan_gives_up_(struct chan_thread_ *self) {
    struct chan_threads_ *all = &chan_program_.threads;
    struct chan_thread_ **p = &all->idle;
    chan_lock_(&all->lock);
    while (*p && *p != self) p = &(*p)->next;
    bool ends = *p;
    if (ends) {
        *p = self->next;
        all->n_idle--;
        self->next = all->ended;
        all->ended = self;
    }
    chan_unlock_(&all->lock, 0);
    return ends;
}
static inline bool chan_is_wanted_again_(struct chan_thread_ *self) {
    if (chan_park_(&self->parker, self->deadline)) return true;
    return !chan_gives_up_(self) && chan_park_(&self->parker, CHAN_NEVER_);
}
static inline void chan_join_(struct chan_thread_ *t) {
    /* After main's pthread_exit() the last thread itself calls exit(), and is in the list. */
    if (t && !pthread_equal(t->id, pthread_self())) pthread_join(t->id, NULL);
    free(t);
}
static inline void chan_thread_ends_(void *thread) { /* also by pthread_exit() */
    struct chan_thread_ *self = thread;
    if (self->g.f) chan_end_(self, true);
    struct chan_thread_ *before = self->next;
    if (self->is_detached) free(self);
    chan_program_.threads.ending++;
    chan_join_(before);
    chan_program_.threads.ending--;
}
static inline void *chan_thread_main_(void *thread) {
    struct chan_thread_ *self = thread;
    self->id = pthread_self();
    pthread_cleanup_push(chan_thread_ends_, self);
    while (self->g.f) {
        chan_hook_starts_(&self->g);
        self->g.f(self->g.arg);
        pthread_testcancel(); /* A pthread_cancel() that came late must not end the next one. */
        if (chan_is_child_main_(self)) exit(0); /* as main's return */
        bool ends = chan_end_(self, false);
        if (ends || !chan_is_wanted_again_(self)) break;
    }
    pthread_cleanup_pop(true);
    return NULL;
}
/* Lets an idle thread run g. Ends the idle threads before it whose stack is too small; if g has no
 * function, all of them. */
static inline bool chan_reuse_(struct chan_goroutine_ g) {
    struct chan_threads_ *all = &chan_program_.threads;
    for (;;) {
        chan_lock_(&all->lock);
        struct chan_thread_ *t = all->idle;
        bool fits = t && g.f && t->g.stack_bytes == g.stack_bytes;
        if (t) {
            all->idle = t->next;
            all->n_idle--;
            t->next = fits ? NULL : all->ended;
        }
        if (t && !fits) all->ended = t;
        chan_unlock_(&all->lock, 0);
        if (!t) return false;
        if (fits) t->g = g;
        chan_wake_(&t->parker);
        if (fits) return true;
    }
}
static inline void chan_end_idle_(void) {
    struct chan_threads_ *all = &chan_program_.threads;
    chan_hook_hides_();
    chan_reuse_((struct chan_goroutine_){ 0 });
    chan_lock_(&all->lock);
    struct chan_thread_ *last = all->ended;
    all->ended = NULL;
    chan_unlock_(&all->lock, 0);
    chan_join_(last);
    chan_hook_shows_();
}
static inline void chan_at_exit_(void) {
    chan_program_.threads.exiting = true;
    chan_end_idle_();
}
static inline void chan_in_child_(void) {
    chan_hook_hides_();
    chan_program_.threads = (struct chan_threads_){ .child = pthread_self() };
    chan_hook_shows_();
}
static inline void chan_once_(void) {
    cpu_set_t set;
    chan_program_.one_core = !sched_getaffinity(0, sizeof set, &set) && CPU_COUNT(&set) == 1;
    atexit(chan_at_exit_);
    pthread_atfork(chan_end_idle_, NULL, chan_in_child_);
    chan_program_.is_set_up = true;
}
static inline void chan_start_thread_(struct chan_goroutine_ g) {
    chan_hook_hides_();
    chan_set_up_();
    long nth = ++chan_program_.threads.running;
    bool reused = chan_reuse_(g);
    if (!reused && chan_program_.threads.ending > 64) /* lets ended threads be joined first */
        nanosleep(&(struct timespec){ .tv_nsec = 50000 }, NULL);
    chan_hook_shows_();
    if (reused) return;
    struct chan_thread_ *t = calloc(1, sizeof *t);
    if (t) t->g = g;
    int error = ENOMEM;
    if (t) error = chan_new_thread_(chan_thread_main_, t, g.stack_bytes, PTHREAD_CREATE_JOINABLE);
    if (error) chan_panic_("no thread for goroutine %ld: %s (%s)\n", nth, strerror(error), g.at);
}
#endif

/* ===== 11. From here on, in the program's own text =========================================== */
#ifdef CHAN_LAB /* from here on calls go by way of the laboratory */
#include "chan_lab.h"
#endif
/* The functions behind the macros of these names, for defer: a panic then names the place of the
 * defer. The text after the NUL is what was passed, for the laboratory: here it is unknown. */
#ifndef CHAN_ON_FIBERS_
static _Thread_local const char *chan_deferred_at_ = CHAN_BY_POINTER_;
#endif
static inline void(chan_close)(void *c) { chan_close_(c, chan_deferred_at_); }
static inline void(chan_free)(void *c) { chan_free_(c, chan_deferred_at_); }
static inline void(wg_done)(void *wg) { wg_add_(wg, -1, chan_deferred_at_); }
struct chan_deferred_ {
    void (*f)(void *);
    void *arg;
    const char *at;
};
static inline void chan_run_deferred_(struct chan_deferred_ *d) {
    chan_deferred_at_ = d->at;
    d->f(d->arg);
    chan_deferred_at_ = CHAN_BY_POINTER_;
}
#pragma GCC diagnostic pop
/* Where the types of channels differ the compiler sees pointers that differ. That is an error from
 * here on, as gcc 14 and clang 22 have it. */
#pragma GCC diagnostic error "-Wint-conversion"
#pragma GCC diagnostic error "-Wincompatible-pointer-types"
#ifdef __clang__
#pragma GCC diagnostic warning "-Wincompatible-pointer-types-discards-qualifiers"
#endif
#endif
