/* select -- wait for several channels at once.
 *
 * A server receives two kinds of requests, each on a channel of its own. While
 * it waits for one channel, requests pile up in the other. If it polls both in
 * turn, it burns a core. So it waits for both at once with a select.
 *
 *     client --reads--> server <--writes-- client
 *
 * Watch what select does when nothing is ready and there is a default, when one
 * channel gets ready, and when both are ready: then it picks one at random.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { REQUESTS = 3 };

struct client {
    int requests, pause_ms;
    chan(int) out;
};

/* One client sends reads, the other client sends writes. */
static void client(void *arg)
{
    const struct client *c = arg;
    for (int request = 1; request <= c->requests; request++) {
        if (c->pause_ms > 0)
            sleep_ms(c->pause_ms); /* stands for preparing the request */
        chan_send(c->out, request);
    }
}

/* With a default, a select never blocks. */
static void poll_once(chan(int) reads, chan(int) writes)
{
    if (chan_select(chan_on_recv(reads, NULL), chan_on_recv(writes, NULL),
                    CHAN_DEFAULT) == 2)
        puts("nothing is ready: select takes the default");
}

/* Without a default, a select blocks until a client sends. */
static void serve(chan(int) reads, chan(int) writes)
{
    int last_read = 0, last_write = 0;
    printf("served:");
    for (int n = 0; n < 2 * REQUESTS; n++) {
        switch (chan_select(chan_on_recv(reads, &last_read),
                            chan_on_recv(writes, &last_write))) {
        case 0:
            printf(" read-%d", last_read);
            break;
        case 1:
            printf(" write-%d", last_write);
            break;
        }
    }
    printf(" (%d of %d)\n", last_read + last_write, 2 * REQUESTS);
}

/* Both channels are ready at each select. If the first case had priority, no
 * write would be served before the last read. */
static void pick(chan(int) reads, chan(int) writes, int picks)
{
    int least = picks * 4 / 10, most = picks - least, taken[2] = {0};

    printf("picked:");
    for (int n = 0; n < picks; n++) {
        int which =
            chan_select(chan_on_recv(reads, NULL), chan_on_recv(writes, NULL));
        taken[which]++;
        if (n < 8)
            printf(" %s", which == 0 ? "read" : "write");
    }
    bool fair = taken[0] >= least && taken[1] >= least;
    printf(" ... (%d reads, %d writes)\n", taken[0], taken[1]);
    printf("each between %d and %d of %d: %s\n", least, most, picks,
           fair ? "yes" : "no");
}

/* The server. It starts its own clients, and waits for them. */
static void run_server(int picks)
{
    chan(int) reads = chan_make(int, REQUESTS + picks);
    chan(int) writes = chan_make(int, REQUESTS + picks);
    struct waitgroup clients = {0};

    poll_once(reads, writes); /* no client has been started */

    wg_go(&clients, client, (struct client){REQUESTS, 40, reads});
    wg_go(&clients, client, (struct client){REQUESTS, 40, writes});
    serve(reads, writes);

    wg_go(&clients, client, (struct client){picks, 0, reads});
    wg_go(&clients, client, (struct client){picks, 0, writes});
    wg_wait(&clients); /* now each buffer holds `picks` requests */
    pick(reads, writes, picks);

    chan_free(reads);
    chan_free(writes);
}

/* ---- The program around it: options, input, report ---- */

int main(int argc, char **argv)
{
    run_server(args_number(argc, argv, "select [PICKS]", 1000, 1, 100000));
    return 0;
}
