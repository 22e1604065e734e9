/* stop -- a flag without a lock. `stop fixed` closes a channel instead.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static volatile bool stop; /* volatile orders nothing */

static void until_flag(void *arg)
{
    (void)arg;
    while (!stop) /* read */
        sleep_ms(1);
}

static void until_closed(void *arg)
{
    chan(int) quit = arg;
    while (chan_select(chan_on_recv(quit, NULL), chan_on_timeout_ms(1)) != 0)
        continue;
}

int main(int argc, char **argv)
{
    struct waitgroup wg = {0};
    chan(int) quit = chan_make(int, 0);
    (void)argv;
    if (argc == 1)
        wg_go(&wg, until_flag);
    else
        wg_go(&wg, until_closed, quit);
    sleep_ms(5);
    if (argc == 1)
        stop = true; /* written */
    else
        chan_close(quit);
    wg_wait(&wg);
    chan_free(quit);
    puts("stopped");
}
