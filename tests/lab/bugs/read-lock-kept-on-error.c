/* read-lock-kept-on-error -- An error path returns with the read lock, and close
 * waits for the write lock.
 *
 * Class: blocking, resource, double locking
 * Structure of: etcd 5509
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_rwlock_t client = PTHREAD_RWLOCK_INITIALIZER;
static bool cancelled = true;
static int uses;

static bool acquire(void)
{
    pthread_rwlock_rdlock(&client);
    if (cancelled) {
#ifdef FIXED
        pthread_rwlock_unlock(&client);
#endif
        return false;
    }
    return true;
}

static void request(void *arg)
{
    struct waitgroup *wg = arg;
    if (acquire()) {
        __atomic_add_fetch(&uses, 1, __ATOMIC_RELAXED);
        pthread_rwlock_unlock(&client);
    }
    wg_done(wg);
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_add(&wg, 1);
    go(request, &wg);
    wg_wait(&wg);
    pthread_rwlock_wrlock(&client); /* BUG */
    uses = -1;
    pthread_rwlock_unlock(&client);
}
