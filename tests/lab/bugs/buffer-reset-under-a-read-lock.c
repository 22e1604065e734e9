/* buffer-reset-under-a-read-lock -- A buffer is reset under the read lock, under
 * which others read it.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: etcd 9446
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int used = 3, buckets[3] = {1, 2, 3};

static void commit(void *arg)
{
    (void)arg;
#ifdef FIXED
    pthread_rwlock_wrlock(&lock);
#else
    pthread_rwlock_rdlock(&lock);
#endif
    used = 0; /* BUG */
    pthread_rwlock_unlock(&lock);
}

static void range(void *arg)
{
    int *sum = arg;
    pthread_rwlock_rdlock(&lock);
    for (int i = 0; i < used; i++) /* BUG */
        *sum += buckets[i];
    pthread_rwlock_unlock(&lock);
}

int main(void)
{
    struct waitgroup wg = {0};
    int sum = 0;
    wg_go(&wg, range, &sum);
    wg_go(&wg, commit);
    wg_wait(&wg);
}
