/* race.c -- what scripts/race links to a program: locks that ThreadSanitizer does not know, and
 * pauses.
 *
 * ThreadSanitizer knows the locks of pthreads, but not C11's of <threads.h>, nor those that wait
 * until a moment of a given clock. The linker sends calls of these functions (--wrap) to the ones
 * below, and they call what ThreadSanitizer knows. In glibc C11's types are those of pthreads.
 *
 * The locks of pthreads themselves make pauses, see chan_tsan.h.
 *
 * SPDX-License-Identifier: 0BSD
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>
#include <time.h>

/* ===== Pauses: at the start of a thread, before a lock is taken, after it is released ===== */

/* chan_tsan.h defines these, unless the program hides or shows the header's locks in its own way. */
__attribute__((weak)) void chan_tsan_creates_(void);
__attribute__((weak)) void chan_tsan_starts_(void);
__attribute__((weak)) void chan_tsan_step_(void);

int __real_pthread_create(pthread_t *id, const pthread_attr_t *attr,
                          void *(*f)(void *), void *arg);
int __real_pthread_mutex_lock(pthread_mutex_t *m);
int __real_pthread_mutex_unlock(pthread_mutex_t *m);
int __real_pthread_rwlock_rdlock(pthread_rwlock_t *l);
int __real_pthread_rwlock_wrlock(pthread_rwlock_t *l);
int __real_pthread_rwlock_unlock(pthread_rwlock_t *l);
int __wrap_pthread_create(pthread_t *id, const pthread_attr_t *attr,
                          void *(*f)(void *), void *arg);
int __wrap_pthread_mutex_lock(pthread_mutex_t *m);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *m);
int __wrap_pthread_rwlock_rdlock(pthread_rwlock_t *l);
int __wrap_pthread_rwlock_wrlock(pthread_rwlock_t *l);
int __wrap_pthread_rwlock_unlock(pthread_rwlock_t *l);

static void step(void)
{
    if (chan_tsan_step_)
        chan_tsan_step_();
}

/* The first threads of the program. A block from malloc() could take the place of one that the
 * program has freed and still uses, and hide this. */
enum { MOST_THREADS = 4096 };
static struct thread {
    void *(*f)(void *);
    void *arg;
} threads[MOST_THREADS];
static atomic_uint n_threads;

static void *run_thread(void *thread)
{
    const struct thread *t = thread;
    if (chan_tsan_starts_)
        chan_tsan_starts_();
    return t->f(t->arg);
}

int __wrap_pthread_create(pthread_t *id, const pthread_attr_t *attr,
                          void *(*f)(void *), void *arg)
{
    unsigned n = atomic_fetch_add_explicit(&n_threads, 1, memory_order_relaxed);
    if (chan_tsan_creates_)
        chan_tsan_creates_();
    if (n >= MOST_THREADS)
        return __real_pthread_create(id, attr, f, arg);
    threads[n] = (struct thread){f, arg};
    return __real_pthread_create(id, attr, run_thread, &threads[n]);
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *m)
{
    step();
    return __real_pthread_mutex_lock(m);
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *m)
{
    int error = __real_pthread_mutex_unlock(m);
    step();
    return error;
}

int __wrap_pthread_rwlock_rdlock(pthread_rwlock_t *l)
{
    step();
    return __real_pthread_rwlock_rdlock(l);
}

int __wrap_pthread_rwlock_wrlock(pthread_rwlock_t *l)
{
    step();
    return __real_pthread_rwlock_wrlock(l);
}

int __wrap_pthread_rwlock_unlock(pthread_rwlock_t *l)
{
    int error = __real_pthread_rwlock_unlock(l);
    step();
    return error;
}

static int as_c11(int error)
{
    switch (error) {
    case 0:
        return thrd_success;
    case EBUSY:
        return thrd_busy;
    case ETIMEDOUT:
        return thrd_timedout;
    case ENOMEM:
    case EAGAIN:
        return thrd_nomem;
    default:
        return thrd_error;
    }
}

/* ===== Mutexes and conditions of C11 ===== */

int __wrap_mtx_lock(mtx_t *m);
int __wrap_mtx_trylock(mtx_t *m);
int __wrap_mtx_timedlock(mtx_t *m, const struct timespec *until);
int __wrap_mtx_unlock(mtx_t *m);
int __wrap_cnd_wait(cnd_t *c, mtx_t *m);
int __wrap_cnd_timedwait(cnd_t *c, mtx_t *m, const struct timespec *until);
int __wrap_cnd_signal(cnd_t *c);
int __wrap_cnd_broadcast(cnd_t *c);
void __wrap_call_once(once_flag *flag, void (*f)(void));

int __wrap_mtx_lock(mtx_t *m)
{
    return as_c11(pthread_mutex_lock((pthread_mutex_t *)m));
}

int __wrap_mtx_trylock(mtx_t *m)
{
    return as_c11(pthread_mutex_trylock((pthread_mutex_t *)m));
}

int __wrap_mtx_timedlock(mtx_t *m, const struct timespec *until)
{
    return as_c11(pthread_mutex_timedlock((pthread_mutex_t *)m, until));
}

int __wrap_mtx_unlock(mtx_t *m)
{
    return as_c11(pthread_mutex_unlock((pthread_mutex_t *)m));
}

int __wrap_cnd_wait(cnd_t *c, mtx_t *m)
{
    return as_c11(pthread_cond_wait((pthread_cond_t *)c, (pthread_mutex_t *)m));
}

int __wrap_cnd_timedwait(cnd_t *c, mtx_t *m, const struct timespec *until)
{
    return as_c11(pthread_cond_timedwait((pthread_cond_t *)c,
                                         (pthread_mutex_t *)m, until));
}

int __wrap_cnd_signal(cnd_t *c)
{
    return as_c11(pthread_cond_signal((pthread_cond_t *)c));
}

int __wrap_cnd_broadcast(cnd_t *c)
{
    return as_c11(pthread_cond_broadcast((pthread_cond_t *)c));
}

void __wrap_call_once(once_flag *flag, void (*f)(void))
{
    pthread_once((pthread_once_t *)flag, f);
}

/* ===== Threads of C11 ===== */

int __wrap_thrd_create(thrd_t *id, thrd_start_t f, void *arg);
int __wrap_thrd_join(thrd_t id, int *result);
int __wrap_thrd_detach(thrd_t id);
_Noreturn void __wrap_thrd_exit(int result);

struct start {
    thrd_start_t f;
    void *arg;
};

static void *run_c11(void *start)
{
    struct start s = *(struct start *)start;
    free(start);
    return (void *)(intptr_t)s.f(s.arg);
}

int __wrap_thrd_create(thrd_t *id, thrd_start_t f, void *arg)
{
    struct start *s = malloc(sizeof *s);
    if (!s)
        return thrd_nomem;
    *s = (struct start){f, arg};
    int error = pthread_create(id, NULL, run_c11, s);
    if (error)
        free(s);
    return as_c11(error);
}

int __wrap_thrd_join(thrd_t id, int *result)
{
    void *value = NULL;
    int error = pthread_join(id, &value);
    if (result)
        *result = (int)(intptr_t)value;
    return as_c11(error);
}

int __wrap_thrd_detach(thrd_t id)
{
    return as_c11(pthread_detach(id));
}

_Noreturn void __wrap_thrd_exit(int result)
{
    pthread_exit((void *)(intptr_t)result);
}

/* ===== Locks that wait until a moment of a given clock ===== */

int __wrap_pthread_mutex_clocklock(pthread_mutex_t *m, clockid_t clock,
                                   const struct timespec *until);
int __wrap_pthread_rwlock_clockrdlock(pthread_rwlock_t *l, clockid_t clock,
                                      const struct timespec *until);
int __wrap_pthread_rwlock_clockwrlock(pthread_rwlock_t *l, clockid_t clock,
                                      const struct timespec *until);
int __wrap_sem_clockwait(sem_t *s, clockid_t clock,
                         const struct timespec *until);

/* The same moment by the clock that the older functions go by. */
static struct timespec by_realtime(clockid_t clock,
                                   const struct timespec *until)
{
    struct timespec now, there;
    clock_gettime(clock, &now);
    clock_gettime(CLOCK_REALTIME, &there);
    there.tv_sec += until->tv_sec - now.tv_sec;
    there.tv_nsec += until->tv_nsec - now.tv_nsec;
    if (there.tv_nsec < 0 || there.tv_nsec >= 1000000000) {
        there.tv_sec += there.tv_nsec < 0 ? -1 : 1;
        there.tv_nsec += there.tv_nsec < 0 ? 1000000000 : -1000000000;
    }
    return there;
}

int __wrap_pthread_mutex_clocklock(pthread_mutex_t *m, clockid_t clock,
                                   const struct timespec *until)
{
    struct timespec t = by_realtime(clock, until);
    return pthread_mutex_timedlock(m, &t);
}

int __wrap_pthread_rwlock_clockrdlock(pthread_rwlock_t *l, clockid_t clock,
                                      const struct timespec *until)
{
    struct timespec t = by_realtime(clock, until);
    return pthread_rwlock_timedrdlock(l, &t);
}

int __wrap_pthread_rwlock_clockwrlock(pthread_rwlock_t *l, clockid_t clock,
                                      const struct timespec *until)
{
    struct timespec t = by_realtime(clock, until);
    return pthread_rwlock_timedwrlock(l, &t);
}

int __wrap_sem_clockwait(sem_t *s, clockid_t clock,
                         const struct timespec *until)
{
    struct timespec t = by_realtime(clock, until);
    return sem_timedwait(s, &t);
}
