/* result-of-a-command-is-not-awaited -- A helper runs a function and sends its result
 * to a caller that does not want it.
 *
 * Class: blocking, communication, channel
 * Structure of: moby 4395
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct call {
    chan(int) result;
};

static void run(void *arg)
{
    struct call *c = arg;
    chan_send(c->result, 0); /* BUG */
}

static chan(int) start(void)
{
#ifdef FIXED
    struct call c = {chan_make(int, 1)};
#else
    struct call c = {chan_make(int, 0)};
#endif
    go(run, c);
    return c.result;
}

int main(void)
{
    chan(int) first = start();
    chan(int) second = start();
    chan_recv(first, NULL);
    sleep_ms(1);
    chan_free(first);
#ifdef FIXED
    chan_recv(second, NULL);
    chan_free(second);
#else
    (void)second;
#endif
}
