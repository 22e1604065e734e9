/* loop-index-shared-by-its-goroutines -- Goroutines get the address of the loop's
 * index.
 *
 * Class: non-blocking, Go-specific, captured variable
 * Structure of: moby 27037
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static int names[3];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void start(void *arg)
{
    int *i = arg;
    int n = *i; /* BUG */
    pthread_mutex_lock(&lock);
    names[n % 3]++;
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    struct waitgroup wg = {0};
    int i;
    for (i = 0; i < 3; i++) { /* BUG */
#ifdef FIXED
        wg_go(&wg, start, i);
#else
        wg_go(&wg, start, &i);
#endif
    }
    wg_wait(&wg);
}
