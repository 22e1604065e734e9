/* shared-counter, broken -- several goroutines count in one variable.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

enum { PARTS = 4, WORDS = 50000, LETTERS = 6 * WORDS }; /* of each part */

static char book[PARTS][LETTERS];
static int counted;

static void count(void *arg)
{
    const char *part = arg;
    for (int i = 0; i < LETTERS; i++)
        if (part[i] == ' ')
            counted++;
}

int main(void)
{
    struct waitgroup readers = {0};
    for (int i = 0; i < PARTS * LETTERS; i++)
        book[i / LETTERS][i % LETTERS] = i % 6 == 5 ? ' ' : 'a';

    for (int i = 0; i < PARTS; i++)
        wg_go(&readers, count, book[i]);

    wg_wait(&readers);
    printf("%d words of %d\n", counted, PARTS * WORDS);
}
