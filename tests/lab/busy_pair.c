/* busy_pair -- correct: two goroutines keep each other busy until a third one stops them. So the
 * scheduler must let the third one run, although one of the two can always go on.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static atomic_bool stop;

static void asks(void *arg)
{
    chan(int) *c = arg;
    while (!atomic_load(&stop)) {
        chan_send(c[0], 1);
        chan_recv(c[1], NULL);
    }
    chan_close(c[0]);
}

static void answers(void *arg)
{
    chan(int) *c = arg;
    for (int question; chan_recv(c[0], &question);)
        chan_send(c[1], question);
}

static void stops(void *arg)
{
    (void)arg;
    atomic_store(&stop, true);
}

int main(void)
{
    struct waitgroup wg = {0};
    chan(int) c[2] = {chan_make(int, 0), chan_make(int, 0)};
    wg_go(&wg, asks, c);
    wg_go(&wg, answers, c);
    wg_go(&wg, stops);
    wg_wait(&wg);
    chan_free(c[0]);
    chan_free(c[1]);
}
