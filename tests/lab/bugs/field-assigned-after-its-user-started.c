/* field-assigned-after-its-user-started -- A resolver's goroutine uses the field that
 * its builder assigns afterwards.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: grpc 3090
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct wrapper {
    pthread_mutex_t lock;
    int *resolver;
};

static int built = 7;

static void resolve_now(void *arg)
{
    struct wrapper *w = arg;
    pthread_mutex_lock(&w->lock);
    volatile int n = w->resolver ? *w->resolver : 0; /* BUG */
    (void)n;
    pthread_mutex_unlock(&w->lock);
}

int main(void)
{
    struct wrapper w = {PTHREAD_MUTEX_INITIALIZER, NULL};
    struct waitgroup wg = {0};
    wg_go(&wg, resolve_now, &w);
#ifdef FIXED
    pthread_mutex_lock(&w.lock);
    w.resolver = &built;
    pthread_mutex_unlock(&w.lock);
#else
    w.resolver = &built; /* BUG */
#endif
    wg_wait(&wg);
}
