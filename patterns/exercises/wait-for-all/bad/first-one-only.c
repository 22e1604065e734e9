/* refused by run: main printed the total
 * Idea: one value on the channel says that the downloads are done. But it says so of one. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST = 16, WORK_MS = 40 };

struct download {
    int file;
    int *bytes; /* The goroutine stores its result here. */
    chan(bool) done;
};

static void download(void *arg)
{
    const struct download *self = arg;
    sleep_ms(WORK_MS); /* stands for the work */
    *self->bytes = 100 * self->file;
    printf("file %d: %d bytes\n", self->file, *self->bytes);
    chan_send(self->done, true);
}

static int download_all(int n)
{
    static int bytes[MOST];
    int total = 0;

    chan(bool) done = chan_make(bool, n);
    for (int i = 0; i < n; i++)
        go(download, (struct download){i + 1, &bytes[i], done});
    chan_recv(done, NULL);

    for (int i = 0; i < n; i++)
        total += bytes[i];
    return total;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4;
    printf("total: %d\n", download_all(n < MOST ? n : MOST));
}
