/* sleep-as-sync, fixed -- main waits until the request is answered.
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
    struct waitgroup one = {0}, two = {0};
    chan(int) connection = chan_make(int, 1);
    struct request first = {connection, false}, second = {connection, false};
    wg_go(&one, ask, &first);
    wg_go(&two, ask, &second);

    wg_wait(&one); /* until ask has returned */
    puts(first.answered ? "request 1: answered" : "request 1: no answer");
    bool missing = !first.answered;

    wg_wait(&two); /* No goroutine uses the connection any more. */
    chan_free(connection);
    return missing;
}
