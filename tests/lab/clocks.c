/* clocks -- correct: timed waits whose call says which clock the deadline belongs to.
 *
 *     clocks monotonic | realtime
 *
 * Each wait is made twice. The first time its deadline passes, after 100 ms. The second time a
 * goroutine ends the wait before the deadline. The program prints how each wait ended, and how
 * long the first one took.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <semaphore.h>
#include <stdio.h>

enum { EARLY_MS = 50, DEADLINE_MS = 100, LATE_MS = 60000 };

static clockid_t the_clock;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static sem_t posted;
static bool has_changed;

static int wait_mutex(const struct timespec *until)
{
    return pthread_mutex_clocklock(&mutex, the_clock, until);
}

static int wait_read(const struct timespec *until)
{
    return pthread_rwlock_clockrdlock(&rwlock, the_clock, until);
}

static int wait_write(const struct timespec *until)
{
    return pthread_rwlock_clockwrlock(&rwlock, the_clock, until);
}

static int wait_cond(const struct timespec *until)
{
    int error = 0;
    pthread_mutex_lock(&guard);
    while (!has_changed && error == 0)
        error = pthread_cond_clockwait(&changed, &guard, the_clock, until);
    pthread_mutex_unlock(&guard);
    return error;
}

static int wait_sem(const struct timespec *until)
{
    return sem_clockwait(&posted, the_clock, until) == 0 ? 0 : errno;
}

static void lock_mutex(void)
{
    pthread_mutex_lock(&mutex);
}

static void unlock_mutex(void)
{
    pthread_mutex_unlock(&mutex);
}

static void lock_rwlock(void)
{
    pthread_rwlock_wrlock(&rwlock);
}

static void unlock_rwlock(void)
{
    pthread_rwlock_unlock(&rwlock);
}

static void nothing(void)
{
}

static void change(void)
{
    pthread_mutex_lock(&guard);
    has_changed = true;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&guard);
}

static void post(void)
{
    sem_post(&posted);
}

/* What makes the call wait, what ends the wait, and what main does after it. */
struct kind {
    const char *name;
    int (*waits)(const struct timespec *);
    void (*hold)(void);
    void (*release)(void);
    void (*after)(void);
};

struct holder {
    const struct kind *kind;
    chan(int) holds, done;
};

/* Only the goroutine that has locked may unlock. */
static void holder(void *arg)
{
    const struct holder *self = arg;
    self->kind->hold();
    chan_send(self->holds, 1);
    chan_recv(self->done, NULL);
    sleep_ms(EARLY_MS);
    self->kind->release();
}

static struct timespec in_ms(long ms)
{
    struct timespec t;
    clock_gettime(the_clock, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += ms % 1000 * 1000000;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

static void try_both(const struct kind *kind)
{
    struct holder h = {kind, chan_make(int, 0), chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, holder, h);
    chan_recv(h.holds, NULL);

    long long began = now_ms();
    struct timespec soon = in_ms(DEADLINE_MS);
    bool timed_out = kind->waits(&soon) == ETIMEDOUT;
    long long took = now_ms() - began;

    chan_send(h.done, 1);
    struct timespec late = in_ms(LATE_MS);
    bool got_it = kind->waits(&late) == 0;
    kind->after();
    wg_wait(&wg);
    printf("%s: %s after %lld ms, then %s\n", kind->name,
           timed_out ? "timed out" : "did not wait", took,
           got_it ? "ended early" : "failed");
    chan_free(h.holds);
    chan_free(h.done);
}

int main(int argc, char **argv)
{
    static const struct kind kinds[] = {
        {"mutex", wait_mutex, lock_mutex, unlock_mutex, unlock_mutex},
        {"rdlock", wait_read, lock_rwlock, unlock_rwlock, unlock_rwlock},
        {"wrlock", wait_write, lock_rwlock, unlock_rwlock, unlock_rwlock},
        {"cond", wait_cond, nothing, change, nothing},
        {"sem", wait_sem, nothing, post, nothing}};
    bool realtime = argc > 1 && strcmp(argv[1], "realtime") == 0;
    the_clock = realtime ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    sem_init(&posted, 0, 0);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        try_both(&kinds[i]);
}
