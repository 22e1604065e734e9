/* drained -- the first worker receives all values before the second one has started.
 *
 * Both workers count. Without pauses hardly any run shows the race, because only one of them counts.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static int counted;
static chan(int) pieces;

static void worker(void *arg)
{
    bool fixed = *(bool *)arg;
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    for (int piece; chan_recv(pieces, &piece);) {
        if (fixed)
            pthread_mutex_lock(&mutex);
        counted++; /* a race */
        if (fixed)
            pthread_mutex_unlock(&mutex);
    }
}

int main(int argc, char **argv)
{
    (void)argv;
    bool fixed = argc > 1;
    struct waitgroup wg = {0};
    pieces = chan_make(int, 2);
    chan_send(pieces, 0);
    chan_send(pieces, 1);
    chan_close(pieces);
    wg_go(&wg, worker, fixed);
    wg_go(&wg, worker, fixed);
    wg_wait(&wg);
    chan_free(pieces);
    printf("%d\n", counted);
}
