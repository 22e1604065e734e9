/* all-asleep, broken -- first all the questions, then all the answers.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct desk {
    chan(int) questions, answers;
};

static void clerk(void *arg)
{
    const struct desk *d = arg;
    for (int number; chan_recv(d->questions, &number);)
        chan_send(d->answers, number * number);
    chan_close(d->answers);
}

int main(void)
{
    struct desk d = {chan_make(int, 0), chan_make(int, 0)};
    go(clerk, d);

    for (int number = 1; number <= 3; number++)
        chan_send(d.questions, number);
    chan_close(d.questions);

    for (int answer; chan_recv(d.answers, &answer);)
        printf("%d\n", answer);

    chan_free(d.questions);
    chan_free(d.answers);
}
