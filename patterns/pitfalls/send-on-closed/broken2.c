/* send-on-closed, version two -- the source checks a flag before each send.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static atomic_bool closed;

static void source(void *arg)
{
    chan(int) records = arg;
    for (int record = 1; record <= 5; record++)
        if (!closed)
            chan_send(records, record);
}

int main(void)
{
    struct waitgroup sources = {0};
    chan(int) records = chan_make(int, 0);
    wg_go(&sources, source, records);

    int received = 0;
    for (int record; chan_recv(records, &record);)
        if (++received == 3) {
            closed = true;
            chan_close(records);
        }
    printf("received %d records\n", received);

    wg_wait(&sources);
    chan_free(records);
}
