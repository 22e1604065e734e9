/* undone -- an early return that forgets wg_done().
 *
 * Three jobs are counted, and two of them call wg_done(). The report must give
 * the counter, the line that added to it, and the goroutines that called
 * wg_done().
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct job {
    int id;
    struct waitgroup *running;
};

static void job(void *arg)
{
    const struct job *self = arg;
    if (self->id == 2)
        return; /* an error, and no wg_done() */
    wg_done(self->running);
}

int main(void)
{
    struct waitgroup running = {0};
    for (int i = 1; i <= 3; i++) {
        wg_add(&running, 1); /* added */
        go(job, (struct job){i, &running});
    }
    wg_wait(&running); /* main waits */
}
