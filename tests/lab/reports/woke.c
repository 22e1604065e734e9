#include "chan.h"
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static void wait_for(void *arg)
{
    pthread_mutex_lock(&m);
    while (*(int *)arg == 0)
        pthread_cond_wait(&changed, &m);
    pthread_mutex_unlock(&m);
}
int main(void)
{
    struct waitgroup wg = {0};
    int ready = 0;
    wg_go(&wg, wait_for, &ready);
    wg_go(&wg, wait_for, &ready);
    sleep_ms(10);
    pthread_mutex_lock(&m);
    ready = 1;
    pthread_cond_signal(&changed); /* for two goroutines */
    pthread_mutex_unlock(&m);
    wg_wait(&wg);
}
