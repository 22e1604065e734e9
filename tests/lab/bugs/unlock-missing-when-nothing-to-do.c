/* unlock-missing-when-nothing-to-do -- A function that has nothing to do returns with
 * the mutex.
 *
 * Class: blocking, resource, double locking
 * Structure of: moby 17176
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t devices = PTHREAD_MUTEX_INITIALIZER;
static int deleted;

static void clean_up(void)
{
    pthread_mutex_lock(&devices); /* BUG */
    if (deleted == 0) {
#ifdef FIXED
        pthread_mutex_unlock(&devices);
#endif
        return;
    }
    deleted = 0;
    pthread_mutex_unlock(&devices);
}

static void worker(void *arg)
{
    (void)arg;
    clean_up();
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, worker);
    wg_go(&wg, worker);
    wg_wait(&wg);
}
