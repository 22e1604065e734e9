/* wrap_pthread.h -- stands around threads, sleeps, clocks, and other calls that block.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_WRAP_PTHREAD_H
#define CHAN_LAB_WRAP_PTHREAD_H
#include "wrap_sem.h"

LAB_CALL_ void lab_wrap_sleep_ms(long long ms, const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_SLEEP_, NULL, at);
    struct chan_lab_event_ *e = lab_record_reserve(me);
    if (chan_lab_.seeded) lab_replay_sleep(me, chan_plus_(chan_lab_.now, chan_ns_(ms)));
    else chan_sleep_(ms);
    lab_wrap_end(me, e, CHAN_LAB_SLEEP_);
}
LAB_CALL_ int lab_wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *t,
                                       struct timespec *rest, const char *at) {
    if (t->tv_nsec < 0 || t->tv_nsec > 999999999 || t->tv_sec < 0) return EINVAL;
    int error = 0;
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_SLEEP_, NULL, at);
    struct chan_lab_event_ *e = lab_record_reserve(me);
    long long ns = chan_plus_(chan_within_((chan_integer_)t->tv_sec * 1000000000, 0), t->tv_nsec);
    if (!chan_lab_.seeded) error = (clock_nanosleep)(clock, flags, t, rest);
    else if (flags & TIMER_ABSTIME) lab_replay_sleep(me, lab_wrap_until(t));
    else lab_replay_sleep(me, chan_plus_(chan_lab_.now, ns));
    lab_wrap_end(me, e, CHAN_LAB_SLEEP_);
    return error;
}
LAB_CALL_ int lab_wrap_nanosleep(const struct timespec *t, struct timespec *rest,
                                 const char *at) {
    int error = lab_wrap_clock_nanosleep(CLOCK_REALTIME, 0, t, rest, at);
    if (!error) return 0;
    errno = error;
    return -1;
}
LAB_CALL_ unsigned lab_wrap_sleep(unsigned s, const char *at) {
    struct timespec rest = { .tv_sec = 0 };
    return lab_wrap_nanosleep(&(struct timespec){ .tv_sec = (time_t)s }, &rest, at) == 0
           ? 0 : (unsigned)rest.tv_sec + (rest.tv_nsec > 0);
}
LAB_CALL_ int lab_wrap_usleep(unsigned us, const char *at) {
    struct timespec t = { .tv_sec = us / 1000000, .tv_nsec = (long)(us % 1000000) * 1000 };
    return lab_wrap_nanosleep(&t, NULL, at);
}
LAB_CALL_ int lab_wrap_clock_gettime(clockid_t clock, struct timespec *t, const char *at) {
    bool real = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    bool monotonic = clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE
                     || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_BOOTTIME;
    if (!chan_lab_replays_() || (!real && !monotonic)) return (clock_gettime)(clock, t);
    lab_wrap_done(lab_wrap_begin(CHAN_LAB_LOOK_, NULL, at));
    lab_replay_reads_clock();
    *t = chan_timespec_(real ? chan_lab_.day + chan_lab_.now : chan_now_());
    return 0;
}
LAB_CALL_ long long lab_wrap_now_ms(const char *at) {
    lab_wrap_look(at);
    lab_replay_reads_clock();
    return (chan_now_ms)();
}
LAB_CALL_ int lab_wrap_sched_yield(void) {
    if (!chan_lab_replays_()) return (sched_yield)();
    lab_replay_point(chan_lab_me_, 100, true);
    return 0;
}
LAB_CALL_ int lab_wrap_pthread_join(pthread_t id, void **result, const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_JOIN_, NULL, at);
    struct chan_lab_thread_ *t;
    lab_state_enter();
    for (t = chan_lab_.threads; t && !pthread_equal(t->id, id);) t = t->next;
    if (chan_lab_.seeded) lab_replay_join(me, id, CHAN_NEVER_);
    else lab_free_join(me, t);
    lab_state_leave();
    int error = (pthread_join)(id, result);
    lab_state_enter();
    lab_free_joined(me->joins); /* it can't be joined */
    lab_state_leave();
    lab_wrap_done(me);
    return error;
}
/* Joins that do not wait, or until a deadline. Under a seed the thread has ended when its goroutine
 * has. */
static inline int lab_wrap_join_in_turn(pthread_t id, void **result, long long until,
                                        const char *at) {
    struct chan_lab_goroutine_ *me = lab_wrap_begin(CHAN_LAB_JOIN_, NULL, at);
    lab_state_enter();
    bool lives = lab_replay_join(me, id, until);
    lab_state_leave();
    lab_wrap_done(me);
    if (lives) lab_replay_test_cancel(me);
    return lives ? EBUSY : (pthread_join)(id, result);
}
/* From here on the goroutine may end at any time, and does not count as stuck. Under a seed it
 * waits in the laboratory, which wakes it for its end. */
LAB_CALL_ int lab_wrap_pthread_cancel(pthread_t id, const char *at) {
    if (chan_lab_own_.holds) return (pthread_cancel)(id);
    lab_wrap_look(at);
    lab_state_enter();
    struct chan_lab_goroutine_ *g = lab_replay_goroutine_of(id);
    if (g) g->cancelled = true;
    int error = (pthread_cancel)(id);
    if (g && chan_lab_.seeded) lab_replay_cancel(g);
    lab_replay_progress();
    lab_state_leave();
    return error;
}
LAB_CALL_ int lab_wrap_pthread_tryjoin(pthread_t id, void **result, const char *at) {
    if (!chan_lab_replays_()) return (pthread_tryjoin_np)(id, result);
    lab_wrap_look(at);
    return lab_wrap_join_in_turn(id, result, 0, at);
}
LAB_CALL_ int lab_wrap_pthread_timedjoin(pthread_t id, void **result,
                                         const struct timespec *deadline, const char *at) {
    if (!chan_lab_replays_()) return (pthread_timedjoin_np)(id, result, deadline);
    int error = lab_wrap_join_in_turn(id, result, lab_wrap_until(deadline), at);
    return error == EBUSY ? ETIMEDOUT : error;
}
LAB_CALL_ int lab_wrap_pthread_create(pthread_t *id, const pthread_attr_t *attr,
                                      void *(*f)(void *), void *arg, const char *at) {
    struct chan_lab_thread_ *t = lab_state_alloc(sizeof *t);
    *t = (struct chan_lab_thread_){ .f = f, .arg = arg };
    if (f != chan_thread_main_) {
        lab_wrap_this();
        t->g = lab_wrap_create(at);
    }
    struct chan_lab_goroutine_ *g = t->g;
    lab_state_enter();
    if (g) g->is_thread = true;
    lab_threads_add(t);
    chan_lab_.awake++;
    if (!g) lab_state_leave(); /* otherwise it waits at its start until its id is known */
    int error = (pthread_create)(id, attr, lab_wrap_thread_main, t);
    if (!g) lab_state_enter();
    if (error) {
        lab_threads_remove(t);
        chan_lab_.awake--;
        free(t);
    }
    else if (g) g->thread = t->id = *id;
    if (error && g) {
        lab_state_remove_goroutine(g);
        free(g);
    }
    lab_state_leave();
    if (error || !g) return error;
    lab_state_set_op(chan_lab_me_, CHAN_LAB_CREATE_, NULL, 0, at);
    lab_replay_point(chan_lab_me_, 0, false);
    lab_wrap_done(chan_lab_me_);
    return error;
}

#endif
