/* crossed -- two goroutines wait for each other, each for the other's next send.
 *
 * One question gets its answer. Then main waits for another answer, and its
 * partner for another question. The laboratory reports where each of them waits,
 * and that the other end of its channel is the other goroutine.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct lines {
    chan(int) questions, answers;
};

static void partner(void *arg)
{
    struct lines *l = arg;
    for (int n; chan_recv(l->questions, &n);) /* partner waits */
        chan_send(l->answers, n + 1);
}

int main(void)
{
    struct lines l = {chan_make(int, 0), chan_make(int, 0)};
    go(partner, l); /* started */
    chan_send(l.questions, 1);
    for (int n; chan_recv(l.answers, &n);) /* main waits */
        printf("%d\n", n);
}
