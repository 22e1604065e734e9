/* callback-set-by-several -- Two goroutines configure one authenticator, and both set
 * its callback.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: kubernetes 80284
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct authenticator {
    pthread_mutex_t lock;
    void (*on_rotate)(void);
};

static void close_all(void)
{
}

static void configure(void *arg)
{
    struct authenticator *a = arg;
#ifdef FIXED
    pthread_mutex_lock(&a->lock);
#endif
    a->on_rotate = close_all; /* BUG */
#ifdef FIXED
    pthread_mutex_unlock(&a->lock);
#endif
}

int main(void)
{
    struct authenticator a = {PTHREAD_MUTEX_INITIALIZER, NULL};
    struct waitgroup wg = {0};
    wg_go(&wg, configure, &a);
    wg_go(&wg, configure, &a);
    wg_wait(&wg);
}
