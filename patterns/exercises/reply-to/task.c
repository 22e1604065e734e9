/* reply-to -- send a request, and get the answer to this request. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { CLIENTS = 3, SERVERS = 2, SERVE_MS = 10 };

struct request {
    int client, number; /* and what else a request must carry */
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
        /* YOUR TURN, part 1: send the answer to the client that has sent the request. */
        (void)answer;
    }
}

struct client {
    int id, n;
    chan(struct request) requests;
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
        /* YOUR TURN, part 2: send request i to the servers, receive its answer, and call
         * print_answer(). */
        (void)print_answer;
    }
}

static void ask_all(int n)
{
    struct waitgroup clients = {0}, servers = {0};
    chan(struct request) requests = chan_make(struct request, 0);
    /* YOUR TURN, part 3, if you need anything else: add it here. */
    for (int i = 0; i < SERVERS; i++)
        wg_go(&servers, server, (struct server){requests});
    for (int i = 1; i <= CLIENTS; i++)
        wg_go(&clients, client, (struct client){i, n, requests});
    wg_wait(&clients);
    chan_close(requests);
    wg_wait(&servers);
    chan_free(requests);
}

int main(int argc, char **argv)
{
    ask_all(argc > 1 ? atoi(argv[1]) : 4);
    puts("all requests are answered");
}
