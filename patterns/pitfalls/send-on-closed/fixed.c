/* send-on-closed, fixed -- a closer waits for all sources, then closes.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct source {
    chan(int) records;
    chan(bool) enough; /* main closes it when it wants no more records. */
};

/* Returns after five records, or when enough is closed. */
static void source(void *arg)
{
    const struct source *s = arg;
    for (int record = 1; record <= 5; record++)
        if (chan_select(chan_on_send(s->records, record),
                        chan_on_recv(s->enough, NULL)) == 1)
            break;
}

struct closer {
    struct waitgroup *sources;
    chan(int) records;
};

static void closer(void *arg)
{
    const struct closer *c = arg;
    wg_wait(c->sources); /* No sender is left. */
    chan_close(c->records);
}

int main(void)
{
    struct waitgroup sources = {0}, closers = {0};
    struct source s = {chan_make(int, 0), chan_make(bool, 0)};
    wg_go(&sources, source, s);
    wg_go(&sources, source, s);
    wg_go(&closers, closer, (struct closer){&sources, s.records});

    int received = 0;
    for (int record; chan_recv(s.records, &record);)
        if (received < 3 && ++received == 3)
            chan_close(s.enough);
    printf("received %d records\n", received);

    wg_wait(&closers);
    chan_free(s.records);
    chan_free(s.enough);
}
