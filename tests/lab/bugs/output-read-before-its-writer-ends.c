/* output-read-before-its-writer-ends -- A command's output is read after a time
 * limit, while its writer still writes.
 *
 * Class: non-blocking, traditional, order violation
 * Structure of: moby 18412
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct command {
    char output[64];
    size_t length;
    chan(int) done;
};

static void copy_output(void *arg)
{
    struct command *c = arg;
    for (int i = 0; i < 20; i++)
        c->output[c->length++] = 'x'; /* BUG */
    chan_send(c->done, 1);
}

int main(void)
{
    struct command c = {.done = chan_make(int, 1)};
    struct waitgroup wg = {0};
    wg_go(&wg, copy_output, &c);
#ifdef FIXED
    chan_recv(c.done, NULL);
#else
    chan_select(chan_on_recv(c.done, NULL), chan_on_timeout_ms(0));
#endif
    volatile size_t n = c.length; /* BUG */
    (void)n;
    wg_wait(&wg);
    chan_free(c.done);
}
