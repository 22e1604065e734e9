/* send-on-closed, fixed -- whoever has waited for all senders closes.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct reporter {
    chan(int) stories;
    chan(bool) enough;
};

/* Goes home after five stories, or when the editor has enough. */
static void reporter(void *arg)
{
    const struct reporter *r = arg;
    for (int story = 1; story <= 5; story++)
        if (chan_select(chan_on_send(r->stories, story),
                        chan_on_recv(r->enough, NULL)) == 1)
            break;
}

struct closer {
    struct waitgroup *reporters;
    chan(int) stories;
};

static void closer(void *arg)
{
    const struct closer *c = arg;
    wg_wait(c->reporters);
    chan_close(c->stories);
}

int main(void)
{
    struct waitgroup reporters = {0};
    struct reporter r = {chan_make(int, 0), chan_make(bool, 0)};
    wg_go(&reporters, reporter, r);
    wg_go(&reporters, reporter, r);
    struct waitgroup closers = {0};
    wg_go(&closers, closer, (struct closer){&reporters, r.stories});

    int printed = 0;
    for (int story; chan_recv(r.stories, &story);)
        if (printed < 3 && ++printed == 3)
            chan_close(r.enough);
    printf("%d stories printed\n", printed);

    wg_wait(&closers);
    chan_free(r.stories);
    chan_free(r.enough);
}
