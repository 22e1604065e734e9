/* once-waits-for-itself -- The function of a pthread_once waits for a goroutine that
 * calls the same pthread_once.
 *
 * Class: further, other locks
 * Structure of: a once that needs a second goroutine
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int made;

static void make(void);

static void helper(void *arg)
{
    (void)arg;
#ifndef FIXED
    pthread_once(&once, make); /* BUG */
#endif
}

static void make(void)
{
    struct waitgroup wg = {0};
    made++;
    wg_go(&wg, helper);
    wg_wait(&wg); /* BUG */
}

int main(void)
{
    pthread_once(&once, make);
}
