/* refused by rules: gets a copy of the wait group downloads
 * Idea: each goroutine gets the wait group. But it gets a copy, and main waits for its own. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST = 16, WORK_MS = 40 };

struct download {
    int file;
    int *bytes; /* The goroutine stores its result here. */
    struct waitgroup downloads;
};

static void download(void *arg)
{
    struct download *self = arg;
    sleep_ms(WORK_MS); /* stands for the work */
    *self->bytes = 100 * self->file;
    printf("file %d: %d bytes\n", self->file, *self->bytes);
    wg_done(&self->downloads);
}

static int download_all(int n)
{
    static int bytes[MOST];
    int total = 0;

    struct waitgroup downloads = {0};
    wg_add(&downloads, n);
    for (int i = 0; i < n; i++)
        go(download, (struct download){i + 1, &bytes[i], downloads});
    wg_wait(&downloads);

    for (int i = 0; i < n; i++)
        total += bytes[i];
    return total;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4;
    printf("total: %d\n", download_all(n < MOST ? n : MOST));
}
