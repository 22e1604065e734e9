/* locks -- two goroutines count under a lock that ThreadSanitizer does not know by itself:
 * `locks LOCK`. With `locks LOCK none` the lock is left out, and that is a race.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <semaphore.h>
#include <stdio.h>
#include <threads.h>

static mtx_t mutex_c11;
static cnd_t condition;
static once_flag once = ONCE_FLAG_INIT;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t semaphore;
static int counted, ready;
static const char *lock;
static bool none;

/* Whether this is the lock that was asked for. */
static bool is(const char *name)
{
    return strcmp(lock, name) == 0;
}

static void take(void)
{
    struct timespec end = {.tv_sec = now_ms() / 1000 + 10};
    if (none)
        return;
    if (is("mtx_lock"))
        mtx_lock(&mutex_c11);
    else if (is("mtx_trylock"))
        while (mtx_trylock(&mutex_c11) != thrd_success)
            sleep_ms(1);
    else if (is("clocklock"))
        pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &end);
    else if (is("clockwrlock"))
        pthread_rwlock_clockwrlock(&rwlock, CLOCK_MONOTONIC, &end);
    else
        sem_clockwait(&semaphore, CLOCK_MONOTONIC, &end);
}

static void give(void)
{
    if (none)
        return;
    if (is("mtx_lock") || is("mtx_trylock"))
        mtx_unlock(&mutex_c11);
    else if (is("clocklock"))
        pthread_mutex_unlock(&mutex);
    else if (is("clockwrlock"))
        pthread_rwlock_unlock(&rwlock);
    else
        sem_post(&semaphore);
}

static void count(void *arg)
{
    (void)arg;
    for (int i = 0; i < 20; i++) {
        take();
        counted++; /* a race */
        give();
    }
}

static void begin(void)
{
    ready = 1;
}

/* A thread of C11 signals to main, by a condition of C11, that it has counted. */
static int thread(void *arg)
{
    *(int *)arg = 7;
    call_once(&once, begin);
    if (!none)
        mtx_lock(&mutex_c11);
    counted += 1 + ready;
    cnd_signal(&condition);
    if (!none)
        mtx_unlock(&mutex_c11);
    return 3;
}

static void with_threads(void)
{
    thrd_t id;
    int mine = 0, result = 0;
    call_once(&once, begin);
    mtx_lock(&mutex_c11);
    if (thrd_create(&id, thread, &mine) != thrd_success)
        return;
    if (none)
        counted++;
    while (!none && counted < 2)
        cnd_wait(&condition, &mutex_c11);
    mtx_unlock(&mutex_c11);
    thrd_join(id, &result);
    printf("%d %d\n", mine, result);
}

int main(int argc, char **argv)
{
    struct waitgroup wg = {0};
    lock = argc > 1 ? argv[1] : "mtx_lock";
    none = argc > 2;
    sem_init(&semaphore, 0, 1);
    mtx_init(&mutex_c11, mtx_timed);
    cnd_init(&condition);
    if (is("threads")) {
        with_threads();
    } else {
        wg_go(&wg, count);
        wg_go(&wg, count);
        wg_wait(&wg);
    }
    printf("%d\n", counted);
}
