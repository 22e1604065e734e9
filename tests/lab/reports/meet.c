#include "chan.h"
#include <semaphore.h>
static pthread_barrier_t all;
static sem_t places;
static void worker(void *arg)
{
    (void)arg;
    sem_wait(&places);
    pthread_barrier_wait(&all); /* the second worker never comes here */
    sem_post(&places);
}
int main(void)
{
    struct waitgroup wg = {0};
    sem_init(&places, 0, 1);
    pthread_barrier_init(&all, NULL, 2);
    wg_go(&wg, worker);
    wg_go(&wg, worker);
    wg_wait(&wg);
}
