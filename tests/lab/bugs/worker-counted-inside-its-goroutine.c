/* worker-counted-inside-its-goroutine -- Two goroutines call wg_add themselves, and a
 * pause is to make that happen in time.
 *
 * main checks at the end that both have worked.
 *
 * Class: non-blocking, Go-specific, wait group
 * Structure of: cockroach 4407
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <assert.h>
#include <stdatomic.h>

struct stopper {
    struct waitgroup running;
    atomic_int gossips;
};

static void gossip(void *arg)
{
    struct stopper *s = arg;
#ifndef FIXED
    wg_add(&s->running, 1);
#endif
    atomic_fetch_add(&s->gossips, 1);
    wg_done(&s->running);
}

int main(void)
{
    static struct stopper s;
    for (int i = 0; i < 2; i++) {
#ifdef FIXED
        wg_add(&s.running, 1);
#endif
        go(gossip, &s);
    }
    sleep_ms(1);
    wg_wait(&s.running);
    assert(atomic_load(&s.gossips) == 2); /* BUG */
}
