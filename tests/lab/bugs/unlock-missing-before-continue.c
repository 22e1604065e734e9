/* unlock-missing-before-continue -- A loop continues after an error without
 * unlocking, and locks again.
 *
 * main returns without waiting, so the goroutine may get no turn at all.
 *
 * Class: blocking, resource, double locking
 * Structure of: moby 7559
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t connections = PTHREAD_MUTEX_INITIALIZER;
static int open_ones;

static bool dial(int i)
{
    return i % 2 == 1;
}

static void proxy(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&connections); /* BUG */
        if (!dial(i)) {
#ifdef FIXED
            pthread_mutex_unlock(&connections);
#endif
            continue;
        }
        open_ones++;
        pthread_mutex_unlock(&connections);
    }
}

int main(void)
{
    go(proxy);
}
