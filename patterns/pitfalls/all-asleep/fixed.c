/* all-asleep, fixed -- the asker does nothing else, and main can listen.
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

static void ask(void *arg)
{
    chan(int) questions = arg;
    for (int number = 1; number <= 3; number++)
        chan_send(questions, number);
    chan_close(questions);
}

int main(void)
{
    struct desk d = {chan_make(int, 0), chan_make(int, 0)};
    struct waitgroup everyone = {0};
    wg_go(&everyone, clerk, d);
    wg_go(&everyone, ask, d.questions);

    for (int answer; chan_recv(d.answers, &answer);)
        printf("%d\n", answer);

    wg_wait(&everyone);
    chan_free(d.questions);
    chan_free(d.answers);
}
