/* send-on-closed, first rung -- the editor has enough, and closes.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static void reporter(void *arg)
{
    chan(int) stories = arg;
    for (int story = 1; story <= 5; story++)
        chan_send(stories, story);
}

int main(void)
{
    struct waitgroup reporters = {0};
    chan(int) stories = chan_make(int, 0);
    wg_go(&reporters, reporter, stories);

    int printed = 0;
    for (int story; chan_recv(stories, &story);)
        if (++printed == 3)
            chan_close(stories); /* that ends our loop */
    printf("%d stories printed\n", printed);

    wg_wait(&reporters);
    chan_free(stories);
}
