/* dynamic-select -- wait for N channels, with N known only at run time.
 *
 * A client looks for a key on N servers. It has a connection to each server,
 * and each connection delivers its answers on a channel of its own. How many
 * connections there are is an argument of the program. So the client cannot
 * write the cases of a select by hand: a loop puts them into an array.
 *
 *     connection 1 --answers--.
 *     ...          --answers--+--> client --cancel, closed--> connections
 *     connection N --answers--'
 *
 * Watch the first request: no server has the key, and the client receives
 * answers until all channels are closed. In the second request the first answer
 * with `found` ends the wait, and the client cancels the other connections.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

enum { MOST = 500 }; /* connections */

struct answer {
    int connection;
    bool found;
};

struct connection {
    int id;
    int shards;   /* parts of the server's data; each gives one answer */
    int found_in; /* the shard that has the key, or 0 */
    chan(struct answer) answers;
    chan(bool) cancel; /* no value is sent; the client closes it */
};

static void connection(void *arg)
{
    const struct connection *c = arg;
    lab_name("connection %d", c->id); /* in reports and pictures */
    defer(chan_close, c->answers);    /* after the last answer, or cancelled */

    for (int shard = 1; shard <= c->shards; shard++) {
        sleep_ms(10); /* the server searches the shard */
        struct answer a = {c->id, .found = shard == c->found_in};
        /* A plain send would block when the client receives no more. */
        if (chan_select(chan_on_send(c->answers, a),
                        chan_on_recv(c->cancel, NULL)) == 1)
            return;
    }
}

/* Prints the connections that did not find the key, and counts all answers.
 * Returns the first connection that found it, or 0 if all have closed. */
static int first_found(chan(struct answer) answers[], int n, int *received)
{
    struct chan_case cases[MOST];
    struct answer a; /* of all cases: a select receives only one value */
    bool ok;

    for (int i = 0; i < n; i++)
        cases[i] = chan_on_recv(answers[i], &a, &ok);
    while (n > 0) {
        int i = chan_select_array(cases, n);
        *received += ok;
        if (!ok)
            cases[i] = cases[--n]; /* closed: the last case replaces it */
        else if (a.found)
            return a.connection;
        else
            printf(" %d", a.connection);
    }
    return 0;
}

/* Some servers have more shards than others. */
static int shards_of(int id)
{
    return 2 + id % 2;
}

/* One request to n servers. Server `owner` has the key, in its shard 2. */
static int ask_all(int n, int owner, int *received)
{
    chan(struct answer) answers[MOST];
    struct waitgroup running = {0};
    struct connection c = {.cancel = chan_make(bool, 0)};

    for (int i = 0; i < n; i++) {
        c.id = i + 1;
        c.shards = shards_of(c.id);
        c.found_in = c.id == owner ? 2 : 0;
        c.answers = answers[i] = chan_make(struct answer, 0);
        wg_go(&running, connection, c); /* gets a copy of c */
    }
    int found_by = first_found(answers, n, received);
    chan_close(c.cancel); /* releases every connection that still sends */
    wg_wait(&running);

    while (n > 0)
        chan_free(answers[--n]);
    chan_free(c.cancel);
    return found_by;
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    int n = args_number(argc, argv, "dynamic-select [SERVERS]", 4, 1, MOST);
    int owner = n < 2 ? 1 : 2, received = 0, shards = 0;
    for (int id = 1; id <= n; id++)
        shards += shards_of(id);

    printf("key 1: not found by");
    int found_by = ask_all(n, 0, &received);
    printf(": %d of %d answers, all closed\n", received, shards);
    bool right = found_by == 0 && received == shards;

    printf("key 2: not found by");
    found_by = ask_all(n, owner, &received);
    printf(", found by %d: the others are cancelled\n", found_by);

    right = right && found_by == owner;
    printf("%d connections, %s, all returned\n", n,
           right ? "no answer lost" : "answers lost");
    return !right;
}
