/* sleeper -- correct: all wait for one goroutine, which sleeps for a time.
 *
 * The laboratory must not report that all are asleep: a goroutine in sleep_ms(),
 * nanosleep() or poll() wakes up by itself.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <poll.h>

static void wait_for(void *arg)
{
    chan(int) start = arg;
    chan_recv(start, NULL);
}

static void sleep_long(void *arg)
{
    chan(int) start = arg;
    sleep_ms(60);
    nanosleep(&(struct timespec){.tv_nsec = 60000000}, NULL);
    poll(NULL, 0, 60);
    chan_close(start);
}

int main(void)
{
    struct waitgroup wg = {0};
    chan(int) start = chan_make(int, 0);
    for (int i = 0; i < 3; i++)
        wg_go(&wg, wait_for, start);
    go(sleep_long, start);
    chan_recv(start, NULL);
    wg_wait(&wg);
    chan_free(start);
}
