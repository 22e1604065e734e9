/* unlock-missing-after-late-timer -- A timer's function returns early without
 * unlocking.
 *
 * A connection is removed after a delay, unless it is requested again before. The
 * function of the delay sees that it was cancelled and returns with the mutex.
 *
 * Class: blocking, resource, double locking
 * Structure of: grpc 3017
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t cache = PTHREAD_MUTEX_INITIALIZER;
static bool cancelled;
static int connections = 1;

static void remove_later(void *arg)
{
    (void)arg;
    sleep_ms(1);
    pthread_mutex_lock(&cache);
    if (cancelled) {
#ifdef FIXED
        pthread_mutex_unlock(&cache);
#endif
        return;
    }
    connections--;
    pthread_mutex_unlock(&cache);
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, remove_later);
    sleep_ms(1);
    pthread_mutex_lock(&cache); /* BUG */
    cancelled = true;
    pthread_mutex_unlock(&cache);
    wg_wait(&wg);
    pthread_mutex_lock(&cache); /* BUG */
    connections = 0;
    pthread_mutex_unlock(&cache);
}
