/* wait-group-done-too-often -- A controller counts down once for each pass, even for
 * passes that come late.
 *
 * Class: non-blocking, Go-specific, wait group
 * Structure of: kubernetes 13058
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct controller {
    struct waitgroup *tests;
    chan(int) stop;
};

static void run(void *arg)
{
    struct controller *c = arg;
    for (int left = 3;; left--) {
        if (chan_select(chan_on_recv(c->stop, NULL), CHAN_DEFAULT) == 0)
            return;
#ifdef FIXED
        if (left > 0)
            wg_done(c->tests);
#else
        (void)left;
        wg_done(c->tests); /* BUG */
#endif
        sleep_ms(1);
    }
}

int main(void)
{
    struct waitgroup tests = {0}, running = {0};
    struct controller c = {&tests, chan_make(int, 0)};
    wg_add(&tests, 3);
    wg_go(&running, run, c);
    wg_wait(&tests);
    sleep_ms(1);
    chan_close(c.stop);
    wg_wait(&running);
    chan_free(c.stop);
}
