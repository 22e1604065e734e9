#include "chan.h"
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static void worker(void *arg)
{
    pthread_mutex_lock(&m); /* for longer than necessary */
    int n = atomic_fetch_add((atomic_int *)arg, 1);
    lab_sometimes(n == 1, "two at once");
    sleep_ms(20);
    atomic_fetch_sub((atomic_int *)arg, 1);
    pthread_mutex_unlock(&m);
}
int main(void)
{
    atomic_int busy = 0;
    struct waitgroup wg = {0};
    wg_go(&wg, worker, &busy);
    wg_go(&wg, worker, &busy);
    wg_wait(&wg);
}
