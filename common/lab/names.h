/* names.h -- from here on, in the program's own text, the names of calls lead to the laboratory.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_NAMES_H
#define CHAN_LAB_NAMES_H
LAB_CALL_ struct chan_ *lab_wrap_make(size_t size, chan_integer_ cap, char kind, const char *at);
LAB_CALL_ void lab_wrap_send(struct chan_ *c, void *value, size_t size, const char *at);
LAB_CALL_ bool lab_wrap_recv(struct chan_ *c, void *into, size_t size, const char *at);
LAB_CALL_ void lab_wrap_close(void *c, const char *at);
LAB_CALL_ void lab_wrap_free(void *chan, const char *at);
LAB_CALL_ struct chan_ *lab_wrap_timer(long long ms, bool again, const char *at);
LAB_CALL_ int lab_wrap_select(const struct chan_case *cases, long long n, const char *at);
LAB_CALL_ size_t lab_wrap_len(struct chan_ *c, const char *at);
LAB_CALL_ size_t lab_wrap_cap(struct chan_ *c, const char *at);
LAB_CALL_ void lab_wrap_wg_add(struct waitgroup *wg, long long n, const char *at);
LAB_CALL_ void lab_wrap_wg_wait(struct waitgroup *wg, const char *at);
LAB_CALL_ void lab_wrap_go_fiber(struct waitgroup *wg, void (*f)(void *), const void *value,
                                 size_t size, bool is_pointer, const char *at);
LAB_CALL_ _Noreturn void lab_fibers_exit(void *result);
LAB_CALL_ void lab_wrap_go(struct waitgroup *wg, void (*f)(void *), const void *value, size_t size,
                           bool is_pointer, const char *at);
LAB_CALL_ long long lab_wrap_now_ms(const char *at);
LAB_CALL_ void lab_wrap_sleep_ms(long long ms, const char *at);
LAB_CALL_ unsigned lab_wrap_sleep(unsigned s, const char *at);
LAB_CALL_ int lab_wrap_usleep(unsigned us, const char *at);
LAB_CALL_ int lab_wrap_nanosleep(const struct timespec *t, struct timespec *rest, const char *at);
LAB_CALL_ int lab_wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *t,
                                       struct timespec *rest, const char *at);
LAB_CALL_ int lab_wrap_clock_gettime(clockid_t clock, struct timespec *t, const char *at);
LAB_CALL_ int lab_wrap_sched_yield(void);
LAB_CALL_ int lab_wrap_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attr);
LAB_CALL_ int lab_wrap_mutex_destroy(pthread_mutex_t *m, const char *at);
LAB_CALL_ int lab_wrap_rwlock_init(pthread_rwlock_t *l, const pthread_rwlockattr_t *attr);
LAB_CALL_ int lab_wrap_rwlock_destroy(pthread_rwlock_t *l, const char *at);
LAB_CALL_ int lab_wrap_cond_init(pthread_cond_t *c, const pthread_condattr_t *attr);
LAB_CALL_ int lab_wrap_cond_destroy(pthread_cond_t *c, const char *at);
LAB_CALL_ int lab_wrap_rwlock_tryrdlock(pthread_rwlock_t *l, const char *at);
LAB_CALL_ int lab_wrap_rwlock_trywrlock(pthread_rwlock_t *l, const char *at);
LAB_CALL_ int lab_wrap_mutex_lock(pthread_mutex_t *m, const char *at);
LAB_CALL_ int lab_wrap_mutex_clocklock(pthread_mutex_t *m, clockid_t clock,
                                       const struct timespec *until, const char *at);
LAB_CALL_ int lab_wrap_mutex_trylock(pthread_mutex_t *m, const char *at);
LAB_CALL_ int lab_wrap_mutex_unlock(pthread_mutex_t *m, const char *at);
LAB_CALL_ int lab_wrap_rwlock_rdlock(pthread_rwlock_t *l, const char *at);
LAB_CALL_ int lab_wrap_rwlock_wrlock(pthread_rwlock_t *l, const char *at);
LAB_CALL_ int lab_wrap_rwlock_clockrdlock(pthread_rwlock_t *l, clockid_t clock,
                                          const struct timespec *until, const char *at);
LAB_CALL_ int lab_wrap_rwlock_clockwrlock(pthread_rwlock_t *l, clockid_t clock,
                                          const struct timespec *until, const char *at);
LAB_CALL_ int lab_wrap_rwlock_unlock(pthread_rwlock_t *l, const char *at);
LAB_CALL_ int lab_wrap_cond_wait(pthread_cond_t *c, pthread_mutex_t *m, clockid_t clock,
                                 const struct timespec *deadline, const char *at);
LAB_CALL_ int lab_wrap_cond_wake(pthread_cond_t *c, bool all, const char *at);
LAB_CALL_ int lab_wrap_pthread_once(pthread_once_t *once, void (*f)(void), const char *at);
LAB_CALL_ int lab_wrap_pthread_join(pthread_t id, void **result, const char *at);
LAB_CALL_ int lab_wrap_pthread_cancel(pthread_t id, const char *at);
LAB_CALL_ int lab_wrap_sigtimedwait(const sigset_t *set, siginfo_t *info,
                                    const struct timespec *timeout, const char *at);
LAB_CALL_ int lab_wrap_sigwaitinfo(const sigset_t *set, siginfo_t *info, const char *at);
LAB_CALL_ int lab_wrap_sigwait(const sigset_t *set, int *number, const char *at);
LAB_CALL_ int lab_wrap_sigsuspend(const sigset_t *mask, const char *at);
LAB_CALL_ int lab_wrap_poll(struct pollfd *fds, nfds_t n, int ms, const char *at);
LAB_CALL_ int lab_wrap_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
                             const sigset_t *mask, const char *at);
LAB_CALL_ int lab_wrap_epoll_pwait(int epoll, struct epoll_event *events, int max, int ms,
                                   const sigset_t *mask, const char *at);
LAB_CALL_ void lab_wrap_atomic(int looks, const char *at);
LAB_CALL_ int lab_wrap_pthread_tryjoin(pthread_t id, void **result, const char *at);
LAB_CALL_ int lab_wrap_pthread_timedjoin(pthread_t id, void **result,
                                         const struct timespec *deadline, const char *at);
LAB_CALL_ int lab_wrap_sem_init(sem_t *s, int shared, unsigned value);
LAB_CALL_ int lab_wrap_sem_destroy(sem_t *s);
LAB_CALL_ int lab_wrap_sem_wait(sem_t *s, clockid_t clock, const struct timespec *until,
                                const char *at);
LAB_CALL_ int lab_wrap_sem_trywait(sem_t *s, const char *at);
LAB_CALL_ int lab_wrap_sem_post(sem_t *s);
LAB_CALL_ int lab_wrap_sem_getvalue(sem_t *s, int *value, const char *at);
LAB_CALL_ int lab_wrap_barrier_wait(pthread_barrier_t *b, const char *at);
LAB_CALL_ int lab_wrap_spin_lock(pthread_spinlock_t *l, const char *at);
LAB_CALL_ int lab_wrap_spin_trylock(pthread_spinlock_t *l, const char *at);
LAB_CALL_ int lab_wrap_spin_unlock(pthread_spinlock_t *l, const char *at);
#if __has_include(<threads.h>)
LAB_CALL_ int lab_wrap_mtx_init(mtx_t *m, int type);
LAB_CALL_ void lab_wrap_mtx_destroy(mtx_t *m, const char *at);
LAB_CALL_ int lab_wrap_mtx_lock(mtx_t *m, const char *at);
LAB_CALL_ int lab_wrap_mtx_timedlock(mtx_t *m, const struct timespec *until, const char *at);
LAB_CALL_ int lab_wrap_mtx_trylock(mtx_t *m, const char *at);
LAB_CALL_ int lab_wrap_mtx_unlock(mtx_t *m, const char *at);
LAB_CALL_ int lab_wrap_cnd_init(cnd_t *c);
LAB_CALL_ void lab_wrap_cnd_destroy(cnd_t *c, const char *at);
LAB_CALL_ int lab_wrap_cnd_wait(cnd_t *c, mtx_t *m, const struct timespec *until,
                                const char *at);
LAB_CALL_ int lab_wrap_cnd_wake(cnd_t *c, bool all, const char *at);
LAB_CALL_ void lab_wrap_call_once(once_flag *flag, void (*f)(void), const char *at);
LAB_CALL_ int lab_wrap_thrd_create(thrd_t *id, thrd_start_t f, void *arg, const char *at);
LAB_CALL_ int lab_wrap_thrd_join(thrd_t id, int *result, const char *at);
LAB_CALL_ int lab_wrap_thrd_sleep(const struct timespec *t, struct timespec *rest,
                                  const char *at);
#endif
LAB_CALL_ void lab_wrap_name(const char *format, ...);
#ifndef __GLIBC__
LAB_CALL_ _Noreturn void lab_program_exit(int status);
#define exit(status) lab_program_exit(status)
#endif
#define chan_lab_kind_(T) _Generic((__typeof__(T) *)0, \
    bool *: 'b', char *: 'c', signed char *: '1', short *: '2', int *: '4', long *: '8', \
    long long *: '8', unsigned char *: 'A', unsigned short *: 'B', unsigned *: 'D', \
    unsigned long *: 'H', unsigned long long *: 'H', float *: 'f', double *: 'd', \
    long double *: 'l', char **: 's', const char **: 's', default: 0)
#undef chan_make
#define chan_make(T, capacity) (chan_no_array_(T), (chan(T))lab_wrap_make( \
    sizeof(__typeof__(T)), capacity, chan_lab_kind_(T), CHAN_AT_(#T)))
#define chan_send_ lab_wrap_send
#define chan_recv_ lab_wrap_recv
#define chan_close_ lab_wrap_close
#define chan_free_ lab_wrap_free
#define chan_timer_ lab_wrap_timer
#define chan_select_ lab_wrap_select
#define wg_add_ lab_wrap_wg_add
#ifdef CHAN_FIBERS
#define chan_go_ lab_wrap_go_fiber
#define pthread_exit(result) lab_fibers_exit(result)
#else
#define chan_go_ lab_wrap_go
#endif
#undef chan_len
#define chan_len(c) lab_wrap_len(chan_any_(c), CHAN_AT_(#c))
#undef chan_cap
#define chan_cap(c) lab_wrap_cap(chan_any_(c), CHAN_AT_(#c))
#define wg_wait(wg) lab_wrap_wg_wait(wg, CHAN_AT_(#wg))
#define chan_now_ms() lab_wrap_now_ms(CHAN_AT_("the clock"))
#undef chan_sleep_ms
#define chan_sleep_ms(n) lab_wrap_sleep_ms(chan_int_(n), CHAN_AT_(#n))
#define sleep(s) lab_wrap_sleep(s, CHAN_AT_(#s))
#define usleep(us) lab_wrap_usleep(us, CHAN_AT_(#us))
#define nanosleep(t, rest) lab_wrap_nanosleep(t, rest, CHAN_AT_(#t))
#define clock_nanosleep(clock, flags, t, rest) \
    lab_wrap_clock_nanosleep(clock, flags, t, rest, CHAN_AT_(#t))
#define clock_gettime(clock, t) lab_wrap_clock_gettime(clock, t, CHAN_AT_("the clock"))
#define sched_yield() lab_wrap_sched_yield()
#define pthread_yield() lab_wrap_sched_yield()
#define pthread_mutex_init(m, attr) lab_wrap_mutex_init(m, attr)
#define pthread_mutex_destroy(m) lab_wrap_mutex_destroy(m, CHAN_AT_(#m))
#define pthread_rwlock_init(l, attr) lab_wrap_rwlock_init(l, attr)
#define pthread_rwlock_destroy(l) lab_wrap_rwlock_destroy(l, CHAN_AT_(#l))
#define pthread_cond_init(c, attr) lab_wrap_cond_init(c, attr)
#define pthread_cond_destroy(c) lab_wrap_cond_destroy(c, CHAN_AT_(#c))
#define pthread_rwlock_tryrdlock(l) lab_wrap_rwlock_tryrdlock(l, CHAN_AT_(#l))
#define pthread_rwlock_trywrlock(l) lab_wrap_rwlock_trywrlock(l, CHAN_AT_(#l))
#define pthread_mutex_lock(m) lab_wrap_mutex_lock(m, CHAN_AT_(#m))
#define pthread_mutex_timedlock(m, t) \
    lab_wrap_mutex_clocklock(m, CLOCK_REALTIME, t, CHAN_AT_(#m))
#define pthread_mutex_clocklock(m, clock, t) lab_wrap_mutex_clocklock(m, clock, t, CHAN_AT_(#m))
#define pthread_mutex_trylock(m) lab_wrap_mutex_trylock(m, CHAN_AT_(#m))
#define pthread_mutex_unlock(m) lab_wrap_mutex_unlock(m, CHAN_AT_(#m))
#define pthread_rwlock_rdlock(l) lab_wrap_rwlock_rdlock(l, CHAN_AT_(#l))
#define pthread_rwlock_wrlock(l) lab_wrap_rwlock_wrlock(l, CHAN_AT_(#l))
#define pthread_rwlock_timedrdlock(l, t) \
    lab_wrap_rwlock_clockrdlock(l, CLOCK_REALTIME, t, CHAN_AT_(#l))
#define pthread_rwlock_timedwrlock(l, t) \
    lab_wrap_rwlock_clockwrlock(l, CLOCK_REALTIME, t, CHAN_AT_(#l))
#define pthread_rwlock_clockrdlock(l, clock, t) \
    lab_wrap_rwlock_clockrdlock(l, clock, t, CHAN_AT_(#l))
#define pthread_rwlock_clockwrlock(l, clock, t) \
    lab_wrap_rwlock_clockwrlock(l, clock, t, CHAN_AT_(#l))
#define pthread_rwlock_unlock(l) lab_wrap_rwlock_unlock(l, CHAN_AT_(#l))
#define pthread_cond_wait(c, m) lab_wrap_cond_wait(c, m, -1, NULL, CHAN_AT_(#c))
#define pthread_cond_timedwait(c, m, t) lab_wrap_cond_wait(c, m, -1, t, CHAN_AT_(#c))
#define pthread_cond_clockwait(c, m, clock, t) lab_wrap_cond_wait(c, m, clock, t, CHAN_AT_(#c))
#define pthread_cond_signal(c) lab_wrap_cond_wake(c, false, CHAN_AT_(#c))
#define pthread_cond_broadcast(c) lab_wrap_cond_wake(c, true, CHAN_AT_(#c))
#define pthread_once(once, f) lab_wrap_pthread_once(once, f, CHAN_AT_(#f))
#define pthread_join(id, result) lab_wrap_pthread_join(id, result, CHAN_AT_(#id))
#define pthread_cancel(id) lab_wrap_pthread_cancel(id, CHAN_AT_(#id))
/* The linker makes an array of these pointers, also of those in code that never runs. */
#undef lab_name
#define lab_name(...) ((void)(false && snprintf(NULL, 0, __VA_ARGS__)), lab_wrap_name(__VA_ARGS__))
#undef lab_sometimes
#define lab_sometimes(cond, name) __extension__({ \
    static struct chan_lab_sometimes_ chan_lab_here_ = { name, CHAN_AT_(""), false }; \
    static struct chan_lab_sometimes_ *const chan_lab_entry_ \
        __attribute__((section("chan_sometimes"), used)) = &chan_lab_here_; \
    if (cond) chan_lab_here_.seen = true; \
})
/* Not redirected are names that a program may give to its own functions and members: read, recv,
 * accept, connect, select, wait, pause. What a thread does in them the kernel says. */
#define sigwait(set, n) lab_wrap_sigwait(set, n, CHAN_AT_("sigwait"))
#define sigwaitinfo(set, info) lab_wrap_sigwaitinfo(set, info, CHAN_AT_("sigwaitinfo"))
#define sigtimedwait(set, info, t) lab_wrap_sigtimedwait(set, info, t, CHAN_AT_("sigtimedwait"))
#define sigsuspend(mask) lab_wrap_sigsuspend(mask, CHAN_AT_("sigsuspend"))
#define poll(fds, n, ms) lab_wrap_poll(fds, n, ms, CHAN_AT_("poll"))
#define ppoll(fds, n, t, mask) lab_wrap_ppoll(fds, n, t, mask, CHAN_AT_("ppoll"))
#define epoll_wait(epoll, events, max, ms) \
    lab_wrap_epoll_pwait(epoll, events, max, ms, NULL, CHAN_AT_("epoll_wait"))
#define epoll_pwait(epoll, events, max, ms, mask) \
    lab_wrap_epoll_pwait(epoll, events, max, ms, mask, CHAN_AT_("epoll_pwait"))
/* The macros of <stdatomic.h> lead to these functions of the compiler. Before each of them another
 * goroutine may run. A load is a look, as a loop may spin on it. So is an exchange, which may be
 * work as well. An x++ of an _Atomic x has no name that could be redirected. */
#define chan_lab_atomic_(looks, what, ...) (lab_wrap_atomic(looks, CHAN_AT_(what)), __VA_ARGS__)
#define __atomic_load(...) chan_lab_atomic_(100, "load", __atomic_load(__VA_ARGS__))
#define __atomic_load_n(...) chan_lab_atomic_(100, "load", __atomic_load_n(__VA_ARGS__))
#define __atomic_store(...) chan_lab_atomic_(0, "store", __atomic_store(__VA_ARGS__))
#define __atomic_store_n(...) chan_lab_atomic_(0, "store", __atomic_store_n(__VA_ARGS__))
#define __atomic_exchange(...) chan_lab_atomic_(1, "exchange", __atomic_exchange(__VA_ARGS__))
#define __atomic_exchange_n(...) chan_lab_atomic_(1, "exchange", __atomic_exchange_n(__VA_ARGS__))
#define __atomic_compare_exchange(...) \
    chan_lab_atomic_(1, "compare_exchange", __atomic_compare_exchange(__VA_ARGS__))
#define __atomic_compare_exchange_n(...) \
    chan_lab_atomic_(1, "compare_exchange", __atomic_compare_exchange_n(__VA_ARGS__))
#define __atomic_fetch_add(...) chan_lab_atomic_(0, "fetch_add", __atomic_fetch_add(__VA_ARGS__))
#define __atomic_fetch_sub(...) chan_lab_atomic_(0, "fetch_sub", __atomic_fetch_sub(__VA_ARGS__))
#define __atomic_fetch_or(...) chan_lab_atomic_(0, "fetch_or", __atomic_fetch_or(__VA_ARGS__))
#define __atomic_fetch_and(...) chan_lab_atomic_(0, "fetch_and", __atomic_fetch_and(__VA_ARGS__))
#define __atomic_fetch_xor(...) chan_lab_atomic_(0, "fetch_xor", __atomic_fetch_xor(__VA_ARGS__))
#define __atomic_add_fetch(...) chan_lab_atomic_(0, "add_fetch", __atomic_add_fetch(__VA_ARGS__))
#define __atomic_sub_fetch(...) chan_lab_atomic_(0, "sub_fetch", __atomic_sub_fetch(__VA_ARGS__))
#define __atomic_or_fetch(...) chan_lab_atomic_(0, "or_fetch", __atomic_or_fetch(__VA_ARGS__))
#define __atomic_and_fetch(...) chan_lab_atomic_(0, "and_fetch", __atomic_and_fetch(__VA_ARGS__))
#define __atomic_xor_fetch(...) chan_lab_atomic_(0, "xor_fetch", __atomic_xor_fetch(__VA_ARGS__))
#define __atomic_test_and_set(...) \
    chan_lab_atomic_(1, "test_and_set", __atomic_test_and_set(__VA_ARGS__))
#define __atomic_clear(...) chan_lab_atomic_(0, "clear", __atomic_clear(__VA_ARGS__))
#ifdef __clang__
#define __c11_atomic_load(...) chan_lab_atomic_(100, "load", __c11_atomic_load(__VA_ARGS__))
#define __c11_atomic_store(...) chan_lab_atomic_(0, "store", __c11_atomic_store(__VA_ARGS__))
#define __c11_atomic_exchange(...) \
    chan_lab_atomic_(1, "exchange", __c11_atomic_exchange(__VA_ARGS__))
#define __c11_atomic_compare_exchange_strong(...) \
    chan_lab_atomic_(1, "compare_exchange", __c11_atomic_compare_exchange_strong(__VA_ARGS__))
#define __c11_atomic_compare_exchange_weak(...) \
    chan_lab_atomic_(1, "compare_exchange", __c11_atomic_compare_exchange_weak(__VA_ARGS__))
#define __c11_atomic_fetch_add(...) \
    chan_lab_atomic_(0, "fetch_add", __c11_atomic_fetch_add(__VA_ARGS__))
#define __c11_atomic_fetch_sub(...) \
    chan_lab_atomic_(0, "fetch_sub", __c11_atomic_fetch_sub(__VA_ARGS__))
#define __c11_atomic_fetch_or(...) \
    chan_lab_atomic_(0, "fetch_or", __c11_atomic_fetch_or(__VA_ARGS__))
#define __c11_atomic_fetch_and(...) \
    chan_lab_atomic_(0, "fetch_and", __c11_atomic_fetch_and(__VA_ARGS__))
#define __c11_atomic_fetch_xor(...) \
    chan_lab_atomic_(0, "fetch_xor", __c11_atomic_fetch_xor(__VA_ARGS__))
#endif
#define pthread_tryjoin_np(id, result) lab_wrap_pthread_tryjoin(id, result, CHAN_AT_(#id))
#define pthread_timedjoin_np(id, result, t) \
    lab_wrap_pthread_timedjoin(id, result, t, CHAN_AT_(#id))
#define sem_init(s, shared, value) lab_wrap_sem_init(s, shared, value)
#define sem_destroy(s) lab_wrap_sem_destroy(s)
#define sem_wait(s) lab_wrap_sem_wait(s, CLOCK_REALTIME, NULL, CHAN_AT_(#s))
#define sem_timedwait(s, t) lab_wrap_sem_wait(s, CLOCK_REALTIME, t, CHAN_AT_(#s))
#define sem_clockwait(s, clock, t) lab_wrap_sem_wait(s, clock, t, CHAN_AT_(#s))
#define sem_trywait(s) lab_wrap_sem_trywait(s, CHAN_AT_(#s))
#define sem_post(s) lab_wrap_sem_post(s)
#define sem_getvalue(s, value) lab_wrap_sem_getvalue(s, value, CHAN_AT_(#s))
#define pthread_barrier_wait(b) lab_wrap_barrier_wait(b, CHAN_AT_(#b))
#define pthread_spin_lock(l) lab_wrap_spin_lock(l, CHAN_AT_(#l))
#define pthread_spin_trylock(l) lab_wrap_spin_trylock(l, CHAN_AT_(#l))
#define pthread_spin_unlock(l) lab_wrap_spin_unlock(l, CHAN_AT_(#l))
#define mtx_init(m, type) lab_wrap_mtx_init(m, type)
#define mtx_destroy(m) lab_wrap_mtx_destroy(m, CHAN_AT_(#m))
#define mtx_lock(m) lab_wrap_mtx_lock(m, CHAN_AT_(#m))
#define mtx_timedlock(m, t) lab_wrap_mtx_timedlock(m, t, CHAN_AT_(#m))
#define mtx_trylock(m) lab_wrap_mtx_trylock(m, CHAN_AT_(#m))
#define mtx_unlock(m) lab_wrap_mtx_unlock(m, CHAN_AT_(#m))
#define cnd_init(c) lab_wrap_cnd_init(c)
#define cnd_destroy(c) lab_wrap_cnd_destroy(c, CHAN_AT_(#c))
#define cnd_wait(c, m) lab_wrap_cnd_wait(c, m, NULL, CHAN_AT_(#c))
#define cnd_timedwait(c, m, t) lab_wrap_cnd_wait(c, m, t, CHAN_AT_(#c))
#define cnd_signal(c) lab_wrap_cnd_wake(c, false, CHAN_AT_(#c))
#define cnd_broadcast(c) lab_wrap_cnd_wake(c, true, CHAN_AT_(#c))
#define call_once(flag, f) lab_wrap_call_once(flag, f, CHAN_AT_(#f))
#define thrd_create(id, f, arg) lab_wrap_thrd_create(id, f, arg, CHAN_AT_(#f))
#define thrd_join(id, result) lab_wrap_thrd_join(id, result, CHAN_AT_(#id))
#define thrd_sleep(t, rest) lab_wrap_thrd_sleep(t, rest, CHAN_AT_(#t))
#define thrd_yield() ((void)lab_wrap_sched_yield())
#endif
