/* unlock-missing-before-break -- A loop is left by break with the mutex, and the next
 * function locks it.
 *
 * main returns without waiting, so the goroutine may get no turn at all.
 *
 * Class: blocking, resource, double locking
 * Structure of: cockroach 584
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t gossip = PTHREAD_MUTEX_INITIALIZER;
static bool closed = true;
static int rounds;

static void bootstrap(void)
{
    for (;;) {
        pthread_mutex_lock(&gossip);
        if (closed) {
#ifdef FIXED
            pthread_mutex_unlock(&gossip);
#endif
            break;
        }
        pthread_mutex_unlock(&gossip);
    }
}

static void manage(void)
{
    pthread_mutex_lock(&gossip); /* BUG */
    rounds++;
    pthread_mutex_unlock(&gossip);
}

static void run(void *arg)
{
    (void)arg;
    bootstrap();
    manage();
}

int main(void)
{
    go(run);
}
