/* pause-instead-of-lock-order -- Two goroutines take two mutexes in opposite order,
 * the second after a pause.
 *
 * Class: further, sleep as synchronization
 * Structure of: dining philosophers with a pause
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t right = PTHREAD_MUTEX_INITIALIZER;
static int meals;

static void eat(pthread_mutex_t *first, pthread_mutex_t *second)
{
    pthread_mutex_lock(first);
    pthread_mutex_lock(second); /* BUG */
    meals++;
    pthread_mutex_unlock(second);
    pthread_mutex_unlock(first);
}

static void one(void *arg)
{
    (void)arg;
    eat(&left, &right);
}

static void other(void *arg)
{
    (void)arg;
    sleep_ms(5);
#ifdef FIXED
    eat(&left, &right);
#else
    eat(&right, &left);
#endif
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, one);
    wg_go(&wg, other);
    wg_wait(&wg);
}
