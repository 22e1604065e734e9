/* two-mutexes-one-given-back-and-retaken -- A function releases the outer mutex for a
 * while and takes it again.
 *
 * Between the two it keeps the inner mutex, so another goroutine can take the outer
 * mutex first and wait for the inner one.
 *
 * Class: blocking, resource, AB-BA
 * Structure of: moby 4951
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t devices = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t device = PTHREAD_MUTEX_INITIALIZER;
static int active = 1;

static void deactivate(void)
{
    pthread_mutex_unlock(&devices);
    sleep_ms(1);
    pthread_mutex_lock(&devices); /* BUG */
    active = 0;
}

static void delete_device(void *arg)
{
    (void)arg;
#ifdef FIXED
    pthread_mutex_lock(&device);
    pthread_mutex_lock(&devices);
    deactivate();
    pthread_mutex_unlock(&devices);
    pthread_mutex_unlock(&device);
#else
    pthread_mutex_lock(&devices);
    pthread_mutex_lock(&device); /* BUG */
    deactivate();
    pthread_mutex_unlock(&device);
    pthread_mutex_unlock(&devices);
#endif
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, delete_device);
    wg_go(&wg, delete_device);
    wg_wait(&wg);
}
