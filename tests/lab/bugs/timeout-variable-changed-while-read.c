/* timeout-variable-changed-while-read -- A test sets a global time limit while a
 * connection reads it.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: grpc 1748
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static int least_timeout_ms = 20;

static void connect(void *arg)
{
    (void)arg;
    sleep_ms(least_timeout_ms > 1 ? 1 : 0); /* BUG */
}

int main(void)
{
    struct waitgroup wg = {0};
#ifdef FIXED
    least_timeout_ms = 10;
    wg_go(&wg, connect);
#else
    wg_go(&wg, connect);
    least_timeout_ms = 10; /* BUG */
#endif
    wg_wait(&wg);
}
