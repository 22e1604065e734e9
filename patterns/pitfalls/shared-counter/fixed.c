/* shared-counter, fixed -- each worker counts for itself, and main adds.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

enum { WORKERS = 4, SHARE = 100000, EXPECTED = 33860 };

struct worker {
    int from;
    chan(int) counts;
};

static bool is_prime(int n)
{
    for (int i = 2; i * i <= n; i++)
        if (n % i == 0)
            return false;
    return n >= 2;
}

static void worker(void *arg)
{
    const struct worker *w = arg;
    int found = 0; /* Only this worker uses this variable. */
    for (int n = w->from; n < w->from + SHARE; n++)
        if (is_prime(n))
            found++;
    chan_send(w->counts, found);
}

int main(void)
{
    struct waitgroup workers = {0};
    chan(int) counts = chan_make(int, 0);
    for (int i = 0; i < WORKERS; i++)
        wg_go(&workers, worker, (struct worker){i * SHARE, counts});

    int found = 0;
    for (int i = 0, count; i < WORKERS && chan_recv(counts, &count); i++)
        found += count;
    wg_wait(&workers);
    chan_free(counts);
    printf("found %d of %d primes\n", found, EXPECTED);
    return found != EXPECTED;
}
