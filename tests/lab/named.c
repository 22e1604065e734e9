/* named -- broken: three named goroutines wait for each other. The first line of each gives it its
 * name.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct worker {
    int id;
    chan(int) in, out;
};

static void worker(void *arg)
{
    const struct worker *w = arg;
    lab_name("worker %d", w->id);
    chan_recv(w->in, NULL); /* waits */
    chan_send(w->out, 1);
}

int main(int argc, char **argv)
{
    struct waitgroup wg = {0};
    chan(int) c[3];
    (void)argv;
    lab_name("the main goroutine");
    for (int i = 0; i < 3; i++)
        c[i] = chan_make(int, 0);
    for (int i = 0; i < 3; i++)
        wg_go(&wg, worker, (struct worker){i + 1, c[i], c[(i + 1) % 3]});
    if (argc > 1)
        chan_send(c[0], 1);
    if (argc > 1)
        chan_recv(c[0], NULL);
    wg_wait(&wg);
    for (int i = 0; i < 3; i++)
        chan_free(c[i]);
}
