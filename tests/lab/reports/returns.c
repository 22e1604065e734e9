#include "chan.h"
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
int main(void)
{
    chan(int) jobs = chan_make(int, 0);
    pthread_mutex_lock(&m);
    pthread_cond_wait(&changed, &m); /* without a loop */
    pthread_mutex_unlock(&m);
    chan_recv(jobs, NULL);
}
