/* interval-variable-set-beside-its-ticker -- A test sets an interval while a stream
 * makes its ticker from it.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: etcd 4876
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static int interval_ms = 10000;

static void send_loop(void *arg)
{
    (void)arg;
    chan(struct timespec) tick = chan_tick_ms(interval_ms); /* BUG */
    chan_free(tick);
}

static void watch(void *arg)
{
    wg_go(arg, send_loop);
    wg_done(arg);
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_add(&wg, 1);
#ifdef FIXED
    interval_ms = 3000;
    go(watch, &wg);
#else
    go(watch, &wg);
    interval_ms = 3000; /* BUG */
#endif
    wg_wait(&wg);
}
