/* refused by orders: ms of virtual time
 * Idea: poll() without files is no sleep by its name. But it is a pause, and no pause is long
 * enough. */
#include "chan.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST = 16, WORK_MS = 40 };

struct download {
    int file;
    int *bytes; /* The goroutine stores its result here. */
};

static void download(void *arg)
{
    const struct download *self = arg;
    sleep_ms(WORK_MS); /* stands for the work */
    *self->bytes = 100 * self->file;
    printf("file %d: %d bytes\n", self->file, *self->bytes);
}

static int download_all(int n)
{
    static int bytes[MOST];
    int total = 0;

    for (int i = 0; i < n; i++)
        go(download, (struct download){i + 1, &bytes[i]});
    poll(NULL, 0, 1000);

    for (int i = 0; i < n; i++)
        total += bytes[i];
    return total;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4;
    printf("total: %d\n", download_all(n < MOST ? n : MOST));
}
