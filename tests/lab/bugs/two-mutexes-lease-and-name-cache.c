/* two-mutexes-lease-and-name-cache -- A release takes lease, then cache. An acquire
 * takes cache, then lease.
 *
 * Class: blocking, resource, AB-BA
 * Structure of: cockroach 7504
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t lease = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t names = PTHREAD_MUTEX_INITIALIZER;
static int leases = 1, cached = 1;

static void release(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&lease);
    leases--;
#ifdef FIXED
    pthread_mutex_unlock(&lease);
    pthread_mutex_lock(&names);
    cached--;
    pthread_mutex_unlock(&names);
#else
    pthread_mutex_lock(&names); /* BUG */
    cached--;
    pthread_mutex_unlock(&names);
    pthread_mutex_unlock(&lease);
#endif
}

static void acquire_by_name(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&names);
    if (cached > 0) {
        pthread_mutex_lock(&lease); /* BUG */
        leases++;
        pthread_mutex_unlock(&lease);
    }
    pthread_mutex_unlock(&names);
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, release);
    wg_go(&wg, acquire_by_name);
    wg_wait(&wg);
}
