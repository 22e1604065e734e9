/* own-copy -- give each goroutine its own number, and add up what they count. */
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
    /* YOUR TURN, part 1: add words to total. Other goroutines do so at the same time. */
}

static void count_all(int n)
{
    /* YOUR TURN, part 2: start part() as a goroutine for each part from 1 to n, each with its own
     * number, and wait for all of them. */
    (void)part;
    (void)n;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4;
    count_all(n);
    printf("total: %d words\n", total);
}
