/* ends_late -- correct: the ends of threads that the laboratory does not see by itself.
 *
 *     ends_late destructor | cancel
 *
 * A destructor of thread-specific data wakes main. Or main cancels threads that wait, each before
 * its wait or in the middle of it, and then joins them.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <semaphore.h>
#include <stdio.h>
#include <time.h>

enum { ROUNDS = 8 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_key_t at_end;
static sem_t ended, never;
static int alive;

static void tell_main(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&mutex);
    alive--;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
    sem_post(&ended);
}

static void *has_data(void *arg)
{
    pthread_setspecific(at_end, &alive);
    return arg;
}

static void destructor(void)
{
    pthread_key_create(&at_end, tell_main);
    for (int i = 0; i < ROUNDS; i++) {
        pthread_t id;
        alive = 1;
        pthread_create(&id, NULL, has_data, NULL);
        pthread_detach(id);
        pthread_mutex_lock(&mutex);
        while (i % 2 && alive)
            pthread_cond_wait(&changed, &mutex);
        pthread_mutex_unlock(&mutex);
        sem_wait(&ended);
    }
}

static void unlock(void *arg)
{
    pthread_mutex_unlock(arg);
}

static void *waits(void *deadline)
{
    pthread_mutex_lock(&mutex);
    pthread_cleanup_push(unlock, &mutex);
    while (deadline)
        pthread_cond_timedwait(&changed, &mutex, deadline);
    for (;;)
        pthread_cond_wait(&changed, &mutex);
    pthread_cleanup_pop(true);
    return NULL;
}

static void *takes(void *semaphore)
{
    sem_wait(semaphore);
    return NULL;
}

static void *joins(void *id)
{
    pthread_join(*(pthread_t *)id, NULL);
    return NULL;
}

static void *sleeps(void *arg)
{
    sleep(1000);
    return arg;
}

static void cancel_all(pthread_t *ids, int n)
{
    for (int i = 0; i < n; i++)
        pthread_cancel(ids[i]);
    for (int i = 0; i < n; i++) {
        void *result;
        pthread_join(ids[i], &result);
        if (result != PTHREAD_CANCELED)
            printf("thread %d is not cancelled\n", i);
    }
}

static void cancel(void)
{
    struct timespec later;
    clock_gettime(CLOCK_REALTIME, &later);
    later.tv_sec += 1000;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_t lives, ids[5];
        pthread_create(&lives, NULL, takes, &ended);
        pthread_create(&ids[0], NULL, joins, &lives);
        pthread_create(&ids[1], NULL, waits, NULL);
        pthread_create(&ids[2], NULL, waits, &later);
        pthread_create(&ids[3], NULL, takes, &never);
        pthread_create(&ids[4], NULL, sleeps, NULL);
        if (i % 2)
            usleep(1000);
        cancel_all(ids + 3, 2);
        cancel_all(ids, 3);
        sem_post(&ended);
        pthread_join(lives, NULL);
    }
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
}

int main(int argc, char **argv)
{
    sem_init(&ended, 0, 0);
    sem_init(&never, 0, 0);
    if (argc > 1 && strcmp(argv[1], "cancel") == 0)
        cancel();
    else
        destructor();
    puts("the end");
}
