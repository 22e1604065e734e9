/* rwlock-held-while-waiting-for-a-condition -- A worker waits for a condition with
 * the read lock, behind it waits a writer.
 *
 * The goroutine that would signal the condition needs the read lock too, and the
 * waiting writer keeps it out.
 *
 * Class: blocking, resource, read-write-read
 * Structure of: kubernetes 58107
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_rwlock_t workers = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t queue = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int jobs, limit;

static void worker(void *arg)
{
    (void)arg;
#ifndef FIXED
    pthread_rwlock_rdlock(&workers);
#endif
    pthread_mutex_lock(&queue);
    while (jobs == 0)
        pthread_cond_wait(&filled, &queue); /* BUG */
    jobs--;
    pthread_mutex_unlock(&queue);
#ifdef FIXED
    pthread_rwlock_rdlock(&workers);
#endif
    pthread_rwlock_unlock(&workers);
}

static void source(void *arg)
{
    (void)arg;
    pthread_rwlock_rdlock(&workers); /* BUG */
    pthread_mutex_lock(&queue);
    jobs++;
    pthread_cond_signal(&filled);
    pthread_mutex_unlock(&queue);
    pthread_rwlock_unlock(&workers);
}

static void set_limit(void *arg)
{
    (void)arg;
    pthread_rwlock_wrlock(&workers); /* BUG */
    limit = 2;
    pthread_rwlock_unlock(&workers);
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, worker);
    wg_go(&wg, source);
    wg_go(&wg, set_limit);
    wg_wait(&wg);
}
