/* refused by run or orders: has the answer of another request
 * Idea: all answers take one channel, and each client takes one of them. But any client may
 * receive any answer. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { CLIENTS = 3, SERVERS = 2, SERVE_MS = 10 };

struct request {
    int client, number;
    chan(int) reply;
};

struct server {
    chan(struct request) requests;
};

/* Two goroutines run this function. Some requests need longer than others. */
static void server(void *arg)
{
    const struct server *self = arg;
    for (struct request r; chan_recv(self->requests, &r);) {
        sleep_ms(r.number % 2 == 0 ? SERVE_MS
                                   : SERVE_MS / 2); /* stands for the work */
        int answer = 100 * r.client + r.number;
        chan_send(r.reply, answer);
    }
}

struct client {
    int id, n;
    chan(struct request) requests;
    chan(int) reply;
};

static void print_answer(int client, int number, int answer)
{
    if (answer == 100 * client + number)
        printf("client %d: answer to request %d\n", client, number);
    else
        printf("client %d: request %d has the answer of another request\n",
               client, number);
}

static void client(void *arg)
{
    const struct client *self = arg;
    for (int i = 1; i <= self->n; i++) {
        int answer;
        chan_send(self->requests, (struct request){self->id, i, self->reply});
        chan_recv(self->reply, &answer);
        print_answer(self->id, i, answer);
    }
}

static void ask_all(int n)
{
    struct waitgroup clients = {0}, servers = {0};
    chan(struct request) requests = chan_make(struct request, 0);
    chan(int) reply = chan_make(int, 0);
    for (int i = 0; i < SERVERS; i++)
        wg_go(&servers, server, (struct server){requests});
    for (int i = 1; i <= CLIENTS; i++)
        wg_go(&clients, client, (struct client){i, n, requests, reply});
    wg_wait(&clients);
    chan_close(requests);
    wg_wait(&servers);
    chan_free(requests);
    chan_free(reply);
}

int main(int argc, char **argv)
{
    ask_all(argc > 1 ? atoi(argv[1]) : 4);
    puts("all requests are answered");
}
