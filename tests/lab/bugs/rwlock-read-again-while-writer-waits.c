/* rwlock-read-again-while-writer-waits -- A call chain takes the same read lock
 * twice, and a writer waits in between.
 *
 * Class: blocking, resource, read-write-read
 * Structure of: cockroach 3710
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_rwlock_t store = PTHREAD_RWLOCK_INITIALIZER;
static int replicas = 1;

static int raft_status(void)
{
    pthread_rwlock_rdlock(&store); /* BUG */
    int n = replicas;
    pthread_rwlock_unlock(&store);
    return n;
}

static void scan(void *arg)
{
    (void)arg;
    pthread_rwlock_rdlock(&store);
    int n = replicas;
#ifdef FIXED
    pthread_rwlock_unlock(&store);
    n += raft_status();
#else
    n += raft_status();
    pthread_rwlock_unlock(&store);
#endif
    (void)n;
}

static void process(void *arg)
{
    (void)arg;
    pthread_rwlock_wrlock(&store); /* BUG */
    replicas++;
    pthread_rwlock_unlock(&store);
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, scan);
    wg_go(&wg, process);
    wg_wait(&wg);
}
