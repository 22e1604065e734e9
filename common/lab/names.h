/* names.h -- from here on, in the program's own text, the names of calls lead to the laboratory.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_NAMES_H
#define CHAN_LAB_NAMES_H
/* ===== 10. From here on, in the program's own text =========================================== */
LAB_CALL_ struct chan_ *chan_lab_make_(size_t size, chan_integer_ cap, char kind, const char *at);
LAB_CALL_ void chan_lab_send_(struct chan_ *c, void *value, size_t size, const char *at);
LAB_CALL_ bool chan_lab_recv_(struct chan_ *c, void *into, size_t size, const char *at);
LAB_CALL_ void chan_lab_close_(void *c, const char *at);
LAB_CALL_ void chan_lab_free_(void *chan, const char *at);
LAB_CALL_ struct chan_ *chan_lab_timer_(long long ms, bool again, const char *at);
LAB_CALL_ int chan_lab_select_(const struct chan_case *cases, long long n, const char *at);
LAB_CALL_ size_t chan_lab_len_(struct chan_ *c, const char *at);
LAB_CALL_ size_t chan_lab_cap_(struct chan_ *c, const char *at);
LAB_CALL_ void chan_lab_wg_add_(struct waitgroup *wg, long long n, const char *at);
LAB_CALL_ void chan_lab_wg_wait_(struct waitgroup *wg, const char *at);
LAB_CALL_ void chan_lab_go_(struct waitgroup *wg, void (*f)(void *), const void *value, size_t size,
                            bool is_pointer, const char *at);
LAB_CALL_ long long chan_lab_now_ms_(const char *at);
LAB_CALL_ void chan_lab_sleep_ms_(long long ms, const char *at);
LAB_CALL_ unsigned chan_lab_sleep_(unsigned s, const char *at);
LAB_CALL_ int chan_lab_usleep_(unsigned us, const char *at);
LAB_CALL_ int chan_lab_nanosleep_(const struct timespec *t, struct timespec *rest, const char *at);
LAB_CALL_ int chan_lab_clock_nanosleep_(clockid_t clock, int flags, const struct timespec *t,
                                        struct timespec *rest, const char *at);
LAB_CALL_ int chan_lab_clock_gettime_(clockid_t clock, struct timespec *t, const char *at);
LAB_CALL_ int chan_lab_sched_yield_(void);
LAB_CALL_ int chan_lab_mutex_lock_(pthread_mutex_t *m, const char *at);
LAB_CALL_ int chan_lab_mutex_timedlock_(pthread_mutex_t *m, const struct timespec *until,
                                        const char *at);
LAB_CALL_ int chan_lab_mutex_trylock_(pthread_mutex_t *m, const char *at);
LAB_CALL_ int chan_lab_mutex_unlock_(pthread_mutex_t *m, const char *at);
LAB_CALL_ int chan_lab_rwlock_rdlock_(pthread_rwlock_t *l, const char *at);
LAB_CALL_ int chan_lab_rwlock_wrlock_(pthread_rwlock_t *l, const char *at);
LAB_CALL_ int chan_lab_rwlock_unlock_(pthread_rwlock_t *l, const char *at);
LAB_CALL_ int chan_lab_cond_wait_(pthread_cond_t *c, pthread_mutex_t *m,
                                  const struct timespec *deadline, const char *at);
LAB_CALL_ int chan_lab_cond_wakes_(pthread_cond_t *c, bool all, const char *at);
LAB_CALL_ int chan_lab_pthread_once_(pthread_once_t *once, void (*f)(void), const char *at);
LAB_CALL_ int chan_lab_pthread_join_(pthread_t id, void **result, const char *at);
LAB_CALL_ void chan_lab_names_call_(const char *at);
#ifndef __GLIBC__
LAB_CALL_ _Noreturn void chan_lab_exit_(int status);
#define exit(status) chan_lab_exit_(status)
#endif
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
