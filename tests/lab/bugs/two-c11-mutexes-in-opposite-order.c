/* two-c11-mutexes-in-opposite-order -- Two goroutines take two mutexes of C11 in
 * opposite order.
 *
 * Class: further, other locks
 * Structure of: two mtx_t
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <threads.h>

static mtx_t a, b;
static int both;

static void use(mtx_t *first, mtx_t *second)
{
    mtx_lock(first);
    mtx_lock(second); /* BUG */
    both++;
    mtx_unlock(second);
    mtx_unlock(first);
}

static void one(void *arg)
{
    (void)arg;
    use(&a, &b);
}

static void other(void *arg)
{
    (void)arg;
#ifdef FIXED
    use(&a, &b);
#else
    use(&b, &a);
#endif
}

int main(void)
{
    struct waitgroup wg = {0};
    mtx_init(&a, mtx_plain);
    mtx_init(&b, mtx_plain);
    wg_go(&wg, one);
    wg_go(&wg, other);
    wg_wait(&wg);
    mtx_destroy(&a);
    mtx_destroy(&b);
}
