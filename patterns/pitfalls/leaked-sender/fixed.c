/* leaked-sender, fixed -- a late answer finds room, and its sender goes home.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static void look_up(void *arg)
{
    chan(int) answer = arg;
    sleep_ms(30); /* today the archive is slow */
    chan_send(answer, 42);
}

static void ask(chan(int) answer, struct waitgroup *lookups)
{
    int number;
    wg_go(lookups, look_up, answer);

    if (chan_select(chan_on_recv(answer, &number), chan_on_timeout_ms(10)) == 0)
        printf("the answer is %d\n", number);
    else
        puts("no answer in time: we go on without");
}

int main(void)
{
    struct waitgroup lookups = {0};
    chan(int) answer = chan_make(int, 1); /* room for the only answer */
    ask(answer, &lookups);
    sleep_ms(50); /* meanwhile the program does other things */

    wg_wait(&lookups); /* an early free would be a send into freed memory */
    chan_free(answer);
    puts("all done");
}
