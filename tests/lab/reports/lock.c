#include "chan.h"
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static void returns_early(void *arg)
{
    pthread_mutex_lock(&a);
    if (arg == NULL)
        return; /* without the unlock */
    pthread_mutex_unlock(&a);
}
int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, returns_early);
    wg_wait(&wg);
    pthread_mutex_lock(&a);
}
