/* statistics-read-without-atomics -- Counters are incremented by atomics and read
 * plainly.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: istio 8214
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdatomic.h>

struct statistics {
    atomic_long hits;
    long misses;
};

static struct statistics s;

static void get(void *arg)
{
    (void)arg;
    atomic_fetch_add(&s.hits, 1);
#ifdef FIXED
    __atomic_add_fetch(&s.misses, 1, __ATOMIC_RELAXED);
#else
    s.misses++;                 /* BUG */
#endif
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, get);
    wg_go(&wg, get);
#ifdef FIXED
    long n = __atomic_load_n(&s.misses, __ATOMIC_RELAXED);
#else
    volatile long n = s.misses; /* BUG */
#endif
    (void)n;
    wg_wait(&wg);
}
