/* shared-counter, fixed -- each counts for itself, and main adds.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

enum { PARTS = 4, WORDS = 50000, LETTERS = 6 * WORDS }; /* of each part */

static char book[PARTS][LETTERS];

struct reader {
    const char *part;
    chan(int) counts;
};

static void count(void *arg)
{
    const struct reader *r = arg;
    int counted = 0;
    for (int i = 0; i < LETTERS; i++)
        if (r->part[i] == ' ')
            counted++;
    chan_send(r->counts, counted);
}

int main(void)
{
    struct waitgroup readers = {0};
    chan(int) counts = chan_make(int, 0);
    for (int i = 0; i < PARTS * LETTERS; i++)
        book[i / LETTERS][i % LETTERS] = i % 6 == 5 ? ' ' : 'a';

    for (int i = 0; i < PARTS; i++)
        wg_go(&readers, count, (struct reader){book[i], counts});

    int counted = 0;
    for (int i = 0, part; i < PARTS && chan_recv(counts, &part); i++)
        counted += part;
    wg_wait(&readers);
    chan_free(counts);
    printf("%d words of %d\n", counted, PARTS * WORDS);
    return counted != PARTS * WORDS;
}
