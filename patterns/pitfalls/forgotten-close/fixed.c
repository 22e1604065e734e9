/* forgotten-close, fixed -- the close is written once, for every way out.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

/* Sends the numbers of a list, up to the first word that is none. */
static void parse(void *arg)
{
    static const char *words[] = {"4", "8", "fifteen", "16"};
    chan(long) out = arg;
    defer(chan_close, out); /* however we leave */

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char *end;
        long number = strtol(words[i], &end, 10);
        if (*end) {
            printf("'%s' is no number\n", words[i]);
            return;
        }
        chan_send(out, number);
    }
}

int main(void)
{
    chan(long) numbers = chan_make(long, 0);
    long sum = 0;
    go(parse, numbers);

    for (long number; chan_recv(numbers, &number);)
        sum += number;

    printf("sum %ld\n", sum);
    chan_free(numbers);
}
