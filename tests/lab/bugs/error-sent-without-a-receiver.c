/* error-sent-without-a-receiver -- A function sends its error into a channel before
 * it returns it to the receiver.
 *
 * Class: blocking, communication, channel
 * Structure of: moby 33293
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static chan(int) errors;

static int resolve(void)
{
    chan_send(errors, 5); /* BUG */
    return 5;
}

int main(void)
{
#ifdef FIXED
    errors = chan_make(int, 1);
#else
    errors = chan_make(int, 0);
#endif
    resolve();
    chan_recv(errors, NULL);
    chan_free(errors);
}
