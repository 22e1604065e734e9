/* fired -- a timer that has fired, and a timeout that never comes.
 *
 * chan_after_ms() delivers one value only: a second receive waits forever. The
 * longest of all timeouts means never, too.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static void wait_long(void *arg)
{
    chan(int) calls = arg;
    struct chan_case cases[2] = {chan_on_recv(calls, NULL),
                                 chan_on_timeout_ms(LLONG_MAX)};
    chan_select_array(cases, 2); /* long waits */
}

int main(void)
{
    chan(int) calls = chan_make(int, 0);
    chan(struct timespec) bell = chan_after_ms(20);
    go(wait_long, calls); /* long started */
    for (int i = 0; i < 2; i++)
        chan_recv(bell, NULL); /* main waits */
}
