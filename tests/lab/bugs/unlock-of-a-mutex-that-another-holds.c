/* unlock-of-a-mutex-that-another-holds -- A goroutine unlocks a mutex that another
 * goroutine has locked.
 *
 * The call fails with EPERM, the program does not look, and the mutex stays locked.
 *
 * Class: further, failing call
 * Structure of: an error-checking mutex
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t lock = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

static void helper(void *arg)
{
    (void)arg;
#ifdef FIXED
    pthread_mutex_lock(&lock);
#endif
    pthread_mutex_unlock(&lock); /* BUG */
}

int main(void)
{
    struct waitgroup wg = {0};
    pthread_mutex_lock(&lock);
#ifdef FIXED
    pthread_mutex_unlock(&lock);
#endif
    wg_go(&wg, helper);
    wg_wait(&wg);
    pthread_mutex_lock(&lock); /* BUG */
    pthread_mutex_unlock(&lock);
}
