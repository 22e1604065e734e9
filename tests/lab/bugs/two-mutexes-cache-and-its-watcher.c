/* two-mutexes-cache-and-its-watcher -- A cache restarts its watcher under its lock,
 * and the watcher calls the cache.
 *
 * The cache's lock is released once, by the watcher's first callback. The deadlock
 * needs a second start between that and an event.
 *
 * Class: blocking, resource, AB-BA
 * Structure of: kubernetes 13135
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t cache = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t watch = PTHREAD_MUTEX_INITIALIZER;
static bool initialized;
static int events;

static void on_replace(void)
{
    if (!initialized) {
        initialized = true;
        pthread_mutex_unlock(&cache);
    }
}

static void replace(void)
{
    pthread_mutex_lock(&watch); /* BUG */
    on_replace();
    pthread_mutex_unlock(&watch);
}

static void start_caching(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&cache);
    initialized = false;
    replace();
    pthread_mutex_lock(&cache); /* BUG */
#ifdef FIXED
    pthread_mutex_unlock(&cache);
    replace();
#else
    replace();
    pthread_mutex_unlock(&cache);
#endif
}

static void process_event(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&watch); /* BUG */
#ifdef FIXED
    pthread_mutex_unlock(&watch);
    pthread_mutex_lock(&cache);
    events++;
    pthread_mutex_unlock(&cache);
#else
    pthread_mutex_lock(&cache); /* BUG */
    events++;
    pthread_mutex_unlock(&cache);
    pthread_mutex_unlock(&watch);
#endif
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, start_caching);
    wg_go(&wg, process_event);
    wg_wait(&wg);
}
