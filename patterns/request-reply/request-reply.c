/* request-reply -- send the reply channel inside the request.
 *
 * Several clients ask a key-value service at the same time, and two servers
 * answer. A later request may be answered earlier. So that each client receives
 * its own reply, it makes a channel and sends that channel along with the key.
 *
 *     client 1 --{ key 1, reply_to }--.
 *     client 2 --{ key 2, reply_to }--+--requests--> server, one of two
 *        ^                                              |
 *        '------------reply_to: value 200---------------'
 *
 * Watch the order in which the clients finish, and that each prints the value
 * of its own key. The last client asks for a key that does not exist. It gets a
 * reply as well.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

enum { SERVERS = 2 };

struct reply {
    bool found;
    int value;
};

struct request {
    int key;
    chan(struct reply) reply_to; /* made and freed by the client */
};

struct server {
    int keys; /* the service knows the keys from 1 to this number */
    chan(struct request) requests;
};

struct client {
    int key;
    struct reply reply; /* written by client(), read after wg_wait() */
    chan(struct request) requests;
};

static struct reply look_up(int key, int keys)
{
    sleep_ms(key % 2 ? 20 : 10); /* odd keys take longer to find */
    return key <= keys ? (struct reply){true, 100 * key} : (struct reply){0};
}

static void server(void *arg)
{
    const struct server *s = arg;
    for (struct request r; chan_recv(s->requests, &r);) {
        struct reply reply = look_up(r.key, s->keys);
        chan_send(r.reply_to, reply); /* always one reply, found or not */
    }
}

/* For the client this is a function call. */
static struct reply get(chan(struct request) requests, int key)
{
    struct reply reply;
    chan(struct reply) reply_to = chan_make(struct reply, 1);
    chan_send(requests, (struct request){key, reply_to});
    chan_recv(reply_to, &reply);
    chan_free(reply_to); /* There is one reply, so no server sends again. */
    return reply;
}

static void client(void *arg)
{
    struct client *c = arg;
    c->reply = get(c->requests, c->key);
    if (c->reply.found)
        printf("client %d: key %d = %d\n", c->key, c->key, c->reply.value);
    else
        printf("client %d: key %d not found\n", c->key, c->key);
}

/* Starts the servers and the clients, and returns when all have returned. */
static void serve(struct client *clients, int n, int keys)
{
    chan(struct request) requests = chan_make(struct request, 0);
    struct waitgroup asking = {0}, serving = {0};

    for (int i = 0; i < SERVERS; i++)
        wg_go(&serving, server, (struct server){keys, requests});
    for (int i = 0; i < n; i++) {
        clients[i].requests = requests;
        wg_go(&asking, client, &clients[i]);
    }
    wg_wait(&asking);
    chan_close(requests); /* No client is left to send. The servers return. */
    wg_wait(&serving);
    chan_free(requests);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

enum { MOST = 500 }; /* clients */

static bool has_own_reply(const struct client *c, int keys)
{
    if (c->key > keys)
        return !c->reply.found;
    return c->reply.found && c->reply.value == 100 * c->key;
}

int main(int argc, char **argv)
{
    int n = args_number(argc, argv, "request-reply [CLIENTS]", 4, 1, MOST);
    int keys = n - 1, right = 0; /* the last client's key does not exist */
    struct client clients[MOST] = {0};
    for (int i = 0; i < n; i++)
        clients[i].key = i + 1;

    serve(clients, n, keys);

    for (int i = 0; i < n; i++)
        right += has_own_reply(&clients[i], keys);
    printf("%d of %d clients got their own reply\n", right, n);
    return right != n;
}
