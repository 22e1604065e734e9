/* reads_again -- a reader takes the lock a second time, while a writer waits for it.
 *
 * The writer waits for the reader, and the second rdlock may wait for the writer. With
 * `reads_again once` the program is correct: the function inside needs no lock of its own.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int value;
static bool once;

static int get(void)
{
    if (once)
        return value;
    pthread_rwlock_rdlock(&lock); /* again */
    int n = value;
    pthread_rwlock_unlock(&lock);
    return n;
}

static void reader(void *arg)
{
    int *sum = arg;
    pthread_rwlock_rdlock(&lock); /* reads */
    *sum = value + get();
    pthread_rwlock_unlock(&lock);
}

static void writer(void *arg)
{
    (void)arg;
    pthread_rwlock_wrlock(&lock); /* writes */
    value++;
    pthread_rwlock_unlock(&lock);
}

int main(int argc, char **argv)
{
    struct waitgroup wg = {0};
    int sum;
    (void)argv;
    once = argc > 1;
    wg_go(&wg, reader, &sum); /* reader started */
    wg_go(&wg, writer);       /* writer started */
    wg_wait(&wg);             /* main waits */
    printf("%d\n", sum);
}
