/* locked -- a write before a lock, and another one after the same lock, in plain pthreads.
 *
 * The lock orders them only if the first thread takes it first.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include <pthread.h>
#include <stdio.h>

static int written, counted;
static int fixed;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *before(void *arg)
{
    if (!fixed)
        written = 1; /* before */
    pthread_mutex_lock(&mutex);
    if (fixed)
        written = 1;
    counted++;
    pthread_mutex_unlock(&mutex);
    return arg;
}

static void *after(void *arg)
{
    pthread_mutex_lock(&mutex);
    counted++;
    if (fixed)
        written = 2;
    pthread_mutex_unlock(&mutex);
    if (!fixed)
        written = 2; /* after */
    return arg;
}

int main(int argc, char **argv)
{
    (void)argv;
    fixed = argc > 1;
    pthread_t first, second;
    pthread_create(&first, NULL, before, NULL);
    pthread_create(&second, NULL, after, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    printf("%d\n", written);
}
