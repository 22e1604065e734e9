/* refused by races: race on
 * Idea: a volatile flag is a lock. But two goroutines may both find it free, and volatile orders
 * nothing. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORK_MS = 10 };

static volatile bool locked;

struct part {
    int number;
};

/* The words of this part of a file. */
static int count_words(int number)
{
    sleep_ms(WORK_MS); /* stands for the work */
    return 100 + number;
}

static int total;

static void part(void *arg)
{
    const struct part *self = arg;
    int words = count_words(self->number);
    printf("part %d: %d words\n", self->number, words);
    while (locked)
        continue;
    locked = true;
    total += words;
    locked = false;
}

static void count_all(int n)
{
    struct waitgroup parts = {0};
    for (int i = 1; i <= n; i++)
        wg_go(&parts, part, (struct part){i});
    wg_wait(&parts);
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4;
    count_all(n);
    printf("total: %d words\n", total);
}
