/* refused by run or orders: all goroutines are blocked
 * Idea: a goroutine that is done signals main, which waits once for each. But a signal that
 * comes while main does not wait is lost. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST = 16, WORK_MS = 40 };

struct download {
    int file;
    int *bytes; /* The goroutine stores its result here. */
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;

static void download(void *arg)
{
    const struct download *self = arg;
    sleep_ms(WORK_MS); /* stands for the work */
    *self->bytes = 100 * self->file;
    printf("file %d: %d bytes\n", self->file, *self->bytes);
    pthread_mutex_lock(&mutex);
    pthread_cond_signal(&done);
    pthread_mutex_unlock(&mutex);
}

static int download_all(int n)
{
    static int bytes[MOST];
    int total = 0;

    for (int i = 0; i < n; i++)
        go(download, (struct download){i + 1, &bytes[i]});
    for (int i = 0; i < n; i++) {
        pthread_mutex_lock(&mutex);
        pthread_cond_wait(&done, &mutex);
        pthread_mutex_unlock(&mutex);
    }

    for (int i = 0; i < n; i++)
        total += bytes[i];
    return total;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4;
    printf("total: %d\n", download_all(n < MOST ? n : MOST));
}
