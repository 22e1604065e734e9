/* early -- main returns at once, and the goroutine is not done.
 *
 *     early         the goroutine is about to block forever
 *     early sleeps  the goroutine sleeps
 *     early tries   the goroutine tries again and again, with a timeout each time
 *     early ends    correct: the goroutine ends as soon as it gets its turns
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static chan(int) answers;

static void blocks(void *arg)
{
    (void)arg;
    puts("not to be seen");
    chan_send(answers, 1); /* blocks */
}

static void sleeps(void *arg)
{
    (void)arg;
    sleep_ms(20); /* sleeps */
}

static void tries(void *arg)
{
    (void)arg;
    struct chan_case answer = chan_on_recv(answers, NULL);
    while (chan_select(answer, chan_on_timeout_ms(30)) == 1) /* tries */
        ;
}

static void ends(void *arg)
{
    chan(int) own = chan_make(int, 1);
    chan_send(own, *(const int *)arg);
    chan_free(own);
}

int main(int argc, char **argv)
{
    switch (argc > 1 ? argv[1][0] : 'b') {
    case 's':
        go(sleeps); /* sleeps started */
        return 0;
    case 't':
        go(tries); /* tries started */
        return 0;
    case 'e':
        go(ends, 1);
        return 0;
    default:
        go(blocks); /* blocks started */
        return 0;
    }
}
