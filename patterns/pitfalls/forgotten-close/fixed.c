/* forgotten-close, fixed -- a deferred close runs on every return.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

/* Sends the numbers of a list, up to the first word that is not a number. */
static void parser(void *arg)
{
    static const char *const words[] = {"4", "8", "fifteen", "16"};
    chan(long) out = arg;
    defer(chan_close, out); /* Runs on every return from parser(). */

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char *end;
        long number = strtol(words[i], &end, 10);
        if (*end != '\0') {
            printf("parser: '%s' is not a number\n", words[i]);
            return;
        }
        chan_send(out, number);
    }
}

int main(void)
{
    chan(long) numbers = chan_make(long, 0);
    long sum = 0;
    go(parser, numbers);

    for (long number; chan_recv(numbers, &number);)
        sum += number;

    printf("main: sum %ld\n", sum);
    chan_free(numbers);
}
