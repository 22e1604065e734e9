#include "chan.h"
static pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;
int main(void)
{
    pthread_rwlock_wrlock(&l);
    pthread_rwlock_rdlock(&l); /* fails, and the result is ignored */
    pthread_rwlock_unlock(&l);
}
