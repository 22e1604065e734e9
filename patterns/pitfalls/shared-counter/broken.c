/* shared-counter, broken -- four workers count prime numbers in one variable.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

enum { WORKERS = 4, SHARE = 100000, EXPECTED = 33860 };

static int found; /* the primes found so far, by all workers */

static bool is_prime(int n)
{
    for (int i = 2; i * i <= n; i++)
        if (n % i == 0)
            return false;
    return n >= 2;
}

static void worker(void *arg)
{
    const int *from = arg;
    for (int n = *from; n < *from + SHARE; n++)
        if (is_prime(n))
            found++;
}

int main(void)
{
    struct waitgroup workers = {0};
    for (int i = 0; i < WORKERS; i++)
        wg_go(&workers, worker, i * SHARE);

    wg_wait(&workers);
    printf("found %d of %d primes\n", found, EXPECTED);
}
