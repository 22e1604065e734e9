/* refused by orders: this is left at the end
 * Idea: each request makes a channel, and freeing it is not needed for the answers. */
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

static atomic_int served;

/* Only a server knows the answer. Some requests need longer than others. */
static int work_on(int client, int number)
{
    sleep_ms(number % 2 == 0 ? SERVE_MS
                             : SERVE_MS / 2); /* stands for the work */
    int answer = 1000 + atomic_fetch_add(&served, 1);
    printf("request %d of client %d has the answer %d\n", number, client,
           answer);
    return answer;
}

/* Two goroutines run this function. */
static void server(void *arg)
{
    const struct server *self = arg;
    for (struct request r; chan_recv(self->requests, &r);) {
        int answer = work_on(r.client, r.number);
        chan_send(r.reply, answer);
    }
}

struct client {
    int id, n;
    chan(struct request) requests;
};

static void print_answer(int client, int number, int answer)
{
    printf("client %d: answer %d to request %d\n", client, answer, number);
}

static void client(void *arg)
{
    const struct client *self = arg;
    for (int i = 1; i <= self->n; i++) {
        int answer;
        chan(int) reply = chan_make(int, 0);
        chan_send(self->requests, (struct request){self->id, i, reply});
        chan_recv(reply, &answer);
        print_answer(self->id, i, answer);
    }
}

static void ask_all(int n)
{
    struct waitgroup clients = {0}, servers = {0};
    chan(struct request) requests = chan_make(struct request, 0);
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
