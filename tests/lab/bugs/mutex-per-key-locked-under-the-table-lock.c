/* mutex-per-key-locked-under-the-table-lock -- A mutex for each URL is locked while
 * the table's lock is held.
 *
 * The owner of the URL's mutex needs the table's lock to find it and unlock it.
 *
 * Class: blocking, resource, AB-BA
 * Structure of: hugo 3251
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t url = PTHREAD_MUTEX_INITIALIZER;
static int fetches;

static void lock_url(void)
{
    pthread_rwlock_wrlock(&table); /* BUG */
    pthread_mutex_t *m = &url;
#ifdef FIXED
    pthread_rwlock_unlock(&table);
    pthread_mutex_lock(m);
#else
    pthread_mutex_lock(m); /* BUG */
    pthread_rwlock_unlock(&table);
#endif
}

static void unlock_url(void)
{
    pthread_rwlock_rdlock(&table); /* BUG */
    pthread_mutex_t *m = &url;
    pthread_mutex_unlock(m);
    pthread_rwlock_unlock(&table);
}

static void get_remote(void *arg)
{
    (void)arg;
    lock_url();
    fetches++;
    unlock_url();
}

int main(void)
{
    struct waitgroup wg = {0};
    for (int i = 0; i < 3; i++)
        wg_go(&wg, get_remote);
    wg_wait(&wg);
}
