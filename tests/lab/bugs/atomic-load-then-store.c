/* atomic-load-then-store -- Two goroutines load an atomic counter and store the next
 * number.
 *
 * Each access is atomic, so there is no data race. But both may load the same number.
 *
 * Class: further, check then act
 * Structure of: a counter of two atomic steps
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <assert.h>
#include <stdatomic.h>

static atomic_int counter;

static void count(void *arg)
{
    (void)arg;
#ifdef FIXED
    atomic_fetch_add(&counter, 1);
#else
    int n = atomic_load(&counter);
    atomic_store(&counter, n + 1);
#endif
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, count);
    wg_go(&wg, count);
    wg_wait(&wg);
    assert(atomic_load(&counter) == 2); /* BUG */
}
