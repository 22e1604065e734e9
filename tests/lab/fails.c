/* fails -- calls of locks that fail, and a program that does not look at their results.
 *
 *     fails rdlock | unlock | destroy
 *
 * The read lock of a goroutine that writes fails with EDEADLK in glibc. In musl it blocks.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t mutex;

static void read_while_writing(void)
{
    pthread_rwlock_wrlock(&table); /* writes */
    pthread_rwlock_rdlock(&table); /* reads */
    pthread_rwlock_unlock(&table);
}

static void unlock_of_another(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++)
        pthread_mutex_unlock(&mutex); /* unlocks */
}

static void unlock(void)
{
    struct waitgroup wg = {0};
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&mutex, &attr);
    pthread_mutex_lock(&mutex); /* locks */
    wg_go(&wg, unlock_of_another);
    wg_wait(&wg);
    pthread_mutex_unlock(&mutex);
}

static void destroy(void)
{
    pthread_mutex_init(&mutex, NULL);
    pthread_mutex_lock(&mutex);    /* holds */
    pthread_mutex_destroy(&mutex); /* destroys */
    pthread_mutex_unlock(&mutex);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "rdlock") == 0)
        read_while_writing();
    if (argc > 1 && strcmp(argv[1], "unlock") == 0)
        unlock();
    if (argc > 1 && strcmp(argv[1], "destroy") == 0)
        destroy();
    puts("the end");
}
