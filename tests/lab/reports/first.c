#include "chan.h"
static pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;
static void writer(void *arg)
{
    pthread_rwlock_wrlock(&l);
    *(int *)arg += 1;
    pthread_rwlock_unlock(&l);
}
int main(void)
{
    int n = 0;
    pthread_rwlock_rdlock(&l);
    go(writer, &n);
    sleep_ms(10);
    pthread_rwlock_rdlock(&l); /* the second one of the same goroutine */
    pthread_rwlock_unlock(&l);
    pthread_rwlock_unlock(&l);
}
