/* rwlock-two-names-for-one-lock -- A query holds the read lock under one name and
 * takes it again under another.
 *
 * A writer that waits between the two lets no new reader in.
 *
 * Class: blocking, resource, read-write-read
 * Structure of: cockroach 16167
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_rwlock_t config = PTHREAD_RWLOCK_INITIALIZER;
static pthread_rwlock_t *const condition_lock = &config;
static int version;

static int get_config(void)
{
    pthread_rwlock_rdlock(&config); /* BUG */
    int v = version;
    pthread_rwlock_unlock(&config);
    return v;
}

static void execute(void *arg)
{
    (void)arg;
    int v = 0;
    pthread_rwlock_rdlock(condition_lock);
#ifdef FIXED
    v = version;
    pthread_rwlock_unlock(condition_lock);
#else
    v = get_config();
    pthread_rwlock_unlock(condition_lock);
#endif
    if (v < 0)
        get_config();
}

static void update(void *arg)
{
    (void)arg;
    pthread_rwlock_wrlock(&config); /* BUG */
    version++;
    pthread_rwlock_unlock(&config);
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, execute);
    wg_go(&wg, update);
    wg_wait(&wg);
}
