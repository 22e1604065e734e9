/* wrap_c11.h -- stands around the threads and locks of C11, which glibc and musl make of pthreads.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_WRAP_C11_H
#define CHAN_LAB_WRAP_C11_H
#include "wrap_pthread.h"
#if __has_include(<threads.h>)

static inline int lab_wrap_c11(int error) { /* what C11 calls an error of pthreads */
    switch (error) {
    case 0: return thrd_success;
    case EBUSY: return thrd_busy;
    case ETIMEDOUT: return thrd_timedout;
    case ENOMEM: return thrd_nomem;
    default: return thrd_error;
    }
}
static inline pthread_mutex_t *lab_wrap_mutex_of(mtx_t *m) { return (void *)m; }
static inline pthread_cond_t *lab_wrap_cond_of(cnd_t *c) { return (void *)c; }
LAB_CALL_ int lab_wrap_mtx_init(mtx_t *m, int type) {
    lab_wrap_is_new(m);
    return (mtx_init)(m, type);
}
LAB_CALL_ void lab_wrap_mtx_destroy(mtx_t *m, const char *at) {
    lab_wrap_mutex_destroy(lab_wrap_mutex_of(m), at);
}
LAB_CALL_ int lab_wrap_mtx_lock(mtx_t *m, const char *at) {
    return lab_wrap_c11(lab_wrap_mutex_lock(lab_wrap_mutex_of(m), at));
}
LAB_CALL_ int lab_wrap_mtx_timedlock(mtx_t *m, const struct timespec *until, const char *at) {
    pthread_mutex_t *mutex = lab_wrap_mutex_of(m);
    return lab_wrap_c11(lab_wrap_mutex_clocklock(mutex, CLOCK_REALTIME, until, at));
}
LAB_CALL_ int lab_wrap_mtx_trylock(mtx_t *m, const char *at) {
    return lab_wrap_c11(lab_wrap_mutex_trylock(lab_wrap_mutex_of(m), at));
}
LAB_CALL_ int lab_wrap_mtx_unlock(mtx_t *m, const char *at) {
    return lab_wrap_c11(lab_wrap_mutex_unlock(lab_wrap_mutex_of(m), at));
}
LAB_CALL_ int lab_wrap_cnd_init(cnd_t *c) {
    lab_wrap_is_new(c);
    return (cnd_init)(c);
}
LAB_CALL_ void lab_wrap_cnd_destroy(cnd_t *c, const char *at) {
    lab_wrap_cond_destroy(lab_wrap_cond_of(c), at);
}
LAB_CALL_ int lab_wrap_cnd_wait(cnd_t *c, mtx_t *m, const struct timespec *until,
                                const char *at) {
    pthread_mutex_t *mutex = lab_wrap_mutex_of(m);
    return lab_wrap_c11(lab_wrap_cond_wait(lab_wrap_cond_of(c), mutex, -1, until, at));
}
LAB_CALL_ int lab_wrap_cnd_wake(cnd_t *c, bool all, const char *at) {
    return lab_wrap_c11(lab_wrap_cond_wake(lab_wrap_cond_of(c), all, at));
}
LAB_CALL_ void lab_wrap_call_once(once_flag *flag, void (*f)(void), const char *at) {
    lab_wrap_pthread_once((pthread_once_t *)(void *)flag, f, at);
}
struct lab_wrap_thrd { thrd_start_t f; void *arg; };
static inline void *lab_wrap_thrd_main(void *thrd) {
    struct lab_wrap_thrd t = *(struct lab_wrap_thrd *)thrd;
    free(thrd);
    return (void *)(intptr_t)t.f(t.arg);
}
LAB_CALL_ int lab_wrap_thrd_create(thrd_t *id, thrd_start_t f, void *arg, const char *at) {
    struct lab_wrap_thrd *t = malloc(sizeof *t);
    pthread_t thread;
    if (!t) return thrd_nomem;
    *t = (struct lab_wrap_thrd){ f, arg };
    int error = lab_wrap_pthread_create(&thread, NULL, lab_wrap_thrd_main, t, at);
    if (error) free(t);
    else *id = (thrd_t)thread;
    return error == EAGAIN ? thrd_nomem : lab_wrap_c11(error);
}
LAB_CALL_ int lab_wrap_thrd_join(thrd_t id, int *result, const char *at) {
    void *value = NULL;
    int error = lab_wrap_pthread_join((pthread_t)id, &value, at);
    if (!error && result) *result = (int)(intptr_t)value;
    return lab_wrap_c11(error);
}
LAB_CALL_ int lab_wrap_thrd_sleep(const struct timespec *t, struct timespec *rest,
                                  const char *at) {
    int error = lab_wrap_clock_nanosleep(CLOCK_REALTIME, 0, t, rest, at);
    return error == 0 ? 0 : error == EINTR ? -1 : -2;
}

#endif
#endif
