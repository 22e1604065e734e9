/* sleep-as-sync, broken -- main sleeps a little longer than a request takes.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct request {
    chan(int) connection; /* Capacity 1: it serves one request at a time. */
    bool answered;
};

static void ask(void *arg)
{
    struct request *r = arg;
    chan_send(r->connection, 1);
    sleep_ms(10); /* the server's work */
    r->answered = true;
    chan_recv(r->connection, NULL);
}

int main(void)
{
    chan(int) connection = chan_make(int, 1);
    struct request first = {connection, false}, second = {connection, false};
    go(ask, &first);
    go(ask, &second);

    sleep_ms(15); /* A request takes 10 ms, so 15 should be enough. */
    puts(first.answered ? "request 1: answered" : "request 1: no answer");
    bool missing = !first.answered;

    sleep_ms(50); /* Now the second should be answered as well. */
    chan_free(connection);
    return missing;
}
