/* refused by run or polling: it polls
 * Idea: main yields until the last goroutine has counted. But it polls, and may take the processor
 * from them. */
#include "chan.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST = 16, WORK_MS = 40 };

struct download {
    int file;
    int *bytes; /* The goroutine stores its result here. */
};

static atomic_int done;

static void download(void *arg)
{
    const struct download *self = arg;
    sleep_ms(WORK_MS); /* stands for the work */
    *self->bytes = 100 * self->file;
    printf("file %d: %d bytes\n", self->file, *self->bytes);
    done++;
}

static int download_all(int n)
{
    static int bytes[MOST];
    int total = 0;

    for (int i = 0; i < n; i++)
        go(download, (struct download){i + 1, &bytes[i]});
    while (done < n)
        sched_yield();

    for (int i = 0; i < n; i++)
        total += bytes[i];
    return total;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4;
    printf("total: %d\n", download_all(n < MOST ? n : MOST));
}
