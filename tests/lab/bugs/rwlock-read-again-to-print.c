/* rwlock-read-again-to-print -- A lookup prints the cache under the read lock, and
 * printing reads it again.
 *
 * Class: blocking, resource, read-write-read
 * Structure of: cockroach 6181
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static pthread_rwlock_t ranges = PTHREAD_RWLOCK_INITIALIZER;
static int entries;

static int text_of_cache(char *text, size_t size)
{
    pthread_rwlock_rdlock(&ranges); /* BUG */
    int n = snprintf(text, size, "%d entries", entries);
    pthread_rwlock_unlock(&ranges);
    return n;
}

static void look_up(void *arg)
{
    (void)arg;
    char text[40];
    pthread_rwlock_rdlock(&ranges); /* BUG */
#ifdef FIXED
    pthread_rwlock_unlock(&ranges);
    text_of_cache(text, sizeof text);
#else
    text_of_cache(text, sizeof text);
    pthread_rwlock_unlock(&ranges);
#endif
    pthread_rwlock_wrlock(&ranges); /* BUG */
    entries++;
    pthread_rwlock_unlock(&ranges);
}

int main(void)
{
    struct waitgroup wg = {0};
    for (int i = 0; i < 3; i++)
        wg_go(&wg, look_up);
    wg_wait(&wg);
}
