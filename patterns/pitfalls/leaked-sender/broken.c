/* leaked-sender, broken -- an answer that comes after the question was dropped.
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

static void ask(void)
{
    chan(int) answer = chan_make(int, 0);
    int number;
    go(look_up, answer);

    if (chan_select(chan_on_recv(answer, &number), chan_on_timeout_ms(10)) == 0)
        printf("the answer is %d\n", number);
    else
        puts("no answer in time: we go on without");
}

int main(void)
{
    ask();
    sleep_ms(50); /* meanwhile the program does other things */
    puts("all done");
}
