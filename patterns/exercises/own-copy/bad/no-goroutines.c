/* refused by orders: the work does not overlap
 * Idea: count_all can call part() itself, so nothing is shared. But then the parts are counted
 * one after the other. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORK_MS = 10 };

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
    total += words;
}

static void count_all(int n)
{
    for (int i = 1; i <= n; i++)
        part(&(struct part){i});
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4;
    count_all(n);
    printf("total: %d words\n", total);
}
