/* read-lock-under-own-write-lock -- A function holds the write lock and calls one
 * that takes the read lock.
 *
 * glibc returns EDEADLK, musl blocks. A program that does not look at the result goes
 * on without the lock, and unlocks once too often.
 *
 * Class: blocking, resource, double locking
 * Structure of: etcd 6708
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_rwlock_t client = PTHREAD_RWLOCK_INITIALIZER;
static int endpoints, leader;

static int get_endpoint(void)
{
    pthread_rwlock_rdlock(&client); /* BUG */
    int n = endpoints;
    pthread_rwlock_unlock(&client); /* BUG */
    return n;
}

static void set_endpoints(void *arg)
{
    (void)arg;
    pthread_rwlock_wrlock(&client);
    endpoints = 3;
#ifdef FIXED
    leader = endpoints - 1;
#else
    leader = get_endpoint() - 1;
#endif
    pthread_rwlock_unlock(&client);
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, set_endpoints);
    wg_wait(&wg);
    return get_endpoint() - 1 - leader;
}
