/* result-never-sent -- An empty pass sends no result, and the scheduler waits for
 * one.
 *
 * Class: blocking, communication, channel
 * Structure of: kubernetes 38669
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static void schedule_one(chan(int) events, int pods)
{
    for (int i = 0; i < pods; i++)
        chan_send(events, i);
#ifdef FIXED
    chan_close(events);
#endif
}

static void scheduler(void *arg)
{
    chan(int) events = arg;
    schedule_one(events, 0);
}

int main(void)
{
    chan(int) events = chan_make(int, 0);
    int n;
    go(scheduler, events);
    while (chan_recv(events, &n)) /* BUG */
        ;
    chan_free(events);
}
