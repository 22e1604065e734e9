/* A goroutine reads one element behind the end of an array. */
#include "chan.h"

#include <stdlib.h>

enum { ELEMENTS = 2 };

static void reader(void *arg)
{
    const int *elements = arg;
    volatile int i = ELEMENTS;
    volatile int element = elements[i];
    (void)element;
}

int main(void)
{
    struct waitgroup readers = {0};
    int *elements = calloc(ELEMENTS, sizeof *elements);
    wg_go(&readers, reader, elements);
    wg_wait(&readers);
    free(elements);
}
