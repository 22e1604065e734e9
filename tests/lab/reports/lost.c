#include "chan.h"
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;
int main(void)
{
    pthread_cond_signal(&ready);
    pthread_mutex_lock(&m);
    pthread_cond_wait(&ready, &m); /* without a loop and without a condition */
    pthread_mutex_unlock(&m);
}
