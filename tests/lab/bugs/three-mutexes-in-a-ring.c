/* three-mutexes-in-a-ring -- Three goroutines each hold one mutex of a ring and want
 * the next one.
 *
 * Class: blocking, resource, AB-BA
 * Structure of: kubernetes 30872
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t locks[3] = {PTHREAD_MUTEX_INITIALIZER,
                                   PTHREAD_MUTEX_INITIALIZER,
                                   PTHREAD_MUTEX_INITIALIZER};
static int updates[3];

static void informer(void *arg)
{
    int first = *(int *)arg;
    int second = (first + 1) % 3;
#ifdef FIXED
    if (first > second) {
        first = second;
        second = *(int *)arg;
    }
#endif
    pthread_mutex_lock(&locks[first]);
    pthread_mutex_lock(&locks[second]); /* BUG */
    updates[first]++;
    updates[second]++;
    pthread_mutex_unlock(&locks[second]);
    pthread_mutex_unlock(&locks[first]);
}

int main(void)
{
    struct waitgroup wg = {0};
    for (int i = 0; i < 3; i++)
        wg_go(&wg, informer, i);
    wg_wait(&wg);
}
