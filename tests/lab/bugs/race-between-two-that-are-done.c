/* race-between-two-that-are-done -- A worker writes before its wg_done, another one
 * reads after its own.
 *
 * A wg_done is ordered before the return of wg_wait, but not before another wg_done.
 *
 * Class: further, hidden race
 * Structure of: two workers and one result
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct result {
    struct waitgroup running;
    int value;
};

static void writer(void *arg)
{
    struct result *r = arg;
    r->value = 5; /* BUG */
    wg_done(&r->running);
}

static void reader(void *arg)
{
    struct result *r = arg;
    wg_done(&r->running);
#ifdef FIXED
    wg_wait(&r->running);
#endif
    volatile int n = r->value; /* BUG */
    (void)n;
}

int main(void)
{
    struct result r = {.value = 0};
    struct waitgroup wg = {0};
    wg_add(&r.running, 2);
    wg_go(&wg, writer, &r);
    wg_go(&wg, reader, &r);
    wg_wait(&wg);
}
