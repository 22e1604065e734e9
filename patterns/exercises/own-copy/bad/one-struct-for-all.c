/* refused by run or orders: is missing
 * Idea: fill one struct again and again, and pass its address. But go copies no struct that it
 * gets by its address. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORK_MS = 10 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

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
    pthread_mutex_lock(&mutex);
    total += words;
    pthread_mutex_unlock(&mutex);
}

static void count_all(int n)
{
    struct waitgroup parts = {0};
    struct part next;
    for (int i = 1; i <= n; i++) {
        next.number = i;
        wg_go(&parts, part, &next);
    }
    wg_wait(&parts);
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4;
    count_all(n);
    printf("total: %d words\n", total);
}
