/* unlock-missing-on-second-stop -- The second call of a stop function returns without
 * unlocking.
 *
 * Class: blocking, resource, double locking
 * Structure of: grpc 795
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t server = PTHREAD_MUTEX_INITIALIZER;
static bool drained;

static void graceful_stop(void)
{
    pthread_mutex_lock(&server); /* BUG */
    if (drained) {
#ifdef FIXED
        pthread_mutex_unlock(&server);
#endif
        return;
    }
    drained = true;
    pthread_mutex_unlock(&server);
}

static void stop(void *arg)
{
    (void)arg;
    graceful_stop();
}

int main(void)
{
    struct waitgroup wg = {0};
    for (int i = 0; i < 3; i++)
        wg_go(&wg, stop);
    wg_wait(&wg);
}
