/* lazy-object-made-by-several -- An object is made at its first use, which is not
 * guarded.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: kubernetes 82550
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static int *provider;
static int the_one = 1;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make(void)
{
    provider = &the_one; /* BUG */
}

static void provide(void *arg)
{
    (void)arg;
#ifdef FIXED
    pthread_once(&once, make);
#else
    (void)once;
    if (!provider) /* BUG */
        make();
#endif
    volatile int n = *provider;
    (void)n;
}

int main(void)
{
    struct waitgroup wg = {0};
    for (int i = 0; i < 4; i++)
        wg_go(&wg, provide);
    wg_wait(&wg);
}
