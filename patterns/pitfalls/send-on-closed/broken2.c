/* send-on-closed, second rung -- the reporter looks before he sends.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static atomic_bool closed;

static void reporter(void *arg)
{
    chan(int) stories = arg;
    for (int story = 1; story <= 5; story++)
        if (!closed)
            chan_send(stories, story);
}

int main(void)
{
    struct waitgroup reporters = {0};
    chan(int) stories = chan_make(int, 0);
    wg_go(&reporters, reporter, stories);

    int printed = 0;
    for (int story; chan_recv(stories, &story);)
        if (++printed == 3) {
            closed = true;
            chan_close(stories);
        }
    printf("%d stories printed\n", printed);

    wg_wait(&reporters);
    chan_free(stories);
}
