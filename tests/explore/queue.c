/* A bounded queue with one condition variable for producers and consumers. Its signals
 * sometimes wake a goroutine of the wrong kind, so that all of them wait. That takes many
 * steps. Plain pthreads: the queue does not use chan.h. */
#include <pthread.h>
#include <stdio.h>

enum { CAPACITY = 2, THREADS = 3, VALUES = 50 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int count;

static void change(int full, int by)
{
    pthread_mutex_lock(&lock);
    while (count == full)
        pthread_cond_wait(&changed, &lock);
    count += by;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

static void *produce(void *arg)
{
    for (int i = 0; i < VALUES; i++)
        change(CAPACITY, 1);
    return arg;
}

static void *consume(void *arg)
{
    for (int i = 0; i < VALUES; i++)
        change(0, -1);
    return arg;
}

int main(void)
{
    pthread_t id[2 * THREADS];
    for (int i = 0; i < THREADS; i++)
        pthread_create(&id[i], NULL, produce, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&id[THREADS + i], NULL, consume, NULL);
    for (int i = 0; i < 2 * THREADS; i++)
        pthread_join(id[i], NULL);
    printf("%d left\n", count);
}
