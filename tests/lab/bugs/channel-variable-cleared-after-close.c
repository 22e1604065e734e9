/* channel-variable-cleared-after-close -- A stop function closes a channel and sets
 * its variable to NULL.
 *
 * A loop that reads the variable after that waits on NULL, forever. And a loop that
 * has read it before still has a data race: nothing orders the read before the write.
 * But the lock inside the channel hides that from ThreadSanitizer.
 *
 * Class: non-blocking, Go-specific, channel misuse
 * Structure of: istio 8967
 * Found by: seeds race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct source {
    chan(int) done, events;
};

static void loop(void *arg)
{
    struct source *s = arg;
    chan_select(chan_on_recv(s->done, NULL),
                chan_on_recv(s->events, NULL)); /* BUG */
}

static void stop(struct source *s)
{
    chan_close(s->done);
#ifndef FIXED
    s->done = NULL; /* BUG */
#endif
}

int main(void)
{
    struct source s = {chan_make(int, 0), chan_make(int, 0)};
    struct waitgroup wg = {0};
    chan(int) done = s.done;
    wg_go(&wg, loop, &s);
    stop(&s);
    wg_wait(&wg);
    chan_free(done);
    chan_free(s.events);
}
