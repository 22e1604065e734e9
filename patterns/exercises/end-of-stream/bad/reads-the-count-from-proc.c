/* refused by run: no task needs
 * Idea: the receiver reads the number of measurements from /proc. But only the source knows where
 * the stream ends. */
#include "chan.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct source {
    int n;
    chan(int) measurements;
};

enum { SHORT_MS = 1, LONG_MS = 20 };

/* A measurement may be any int. The fifth of six is how many microseconds the work has taken. */
static int measure(int i)
{
    static const int values[] = {7, 0, -1, INT_MIN, 0, INT_MAX};
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    sleep_ms(i % 4 == 3 ? LONG_MS : SHORT_MS); /* stands for the work */
    clock_gettime(CLOCK_MONOTONIC, &to);
    int value = values[i % 6];
    if (i % 6 == 4)
        value = (int)((to.tv_sec - from.tv_sec) * 1000000 +
                      (to.tv_nsec - from.tv_nsec) / 1000);
    printf("source: measured %d\n", value);
    return value;
}

static void source(void *arg)
{
    const struct source *self = arg;
    for (int i = 0; i < self->n; i++)
        chan_send(self->measurements, measure(i));
}

/* Returns how many measurements it has received. */
static int receive_all(chan(int) measurements)
{
    int received = 0, n = 6;
    char words[4096] = "";
    FILE *file = fopen("/proc/self/cmdline", "r");
    size_t size = file ? fread(words, 1, sizeof words - 1, file) : 0;
    if (file)
        fclose(file);
    size_t name = strlen(words) + 1;
    if (name < size)
        n = atoi(words + name);
    for (int value; received < n && chan_recv(measurements, &value); received++)
        printf("measurement: %d\n", value);
    return received;
}

int main(int argc, char **argv)
{
    struct waitgroup sources = {0};
    chan(int) measurements = chan_make(int, 2);
    int n = argc > 1 ? atoi(argv[1]) : 6;
    wg_go(&sources, source, (struct source){n, measurements});
    printf("received: %d\n", receive_all(measurements));
    wg_wait(&sources);
    chan_free(measurements);
}
