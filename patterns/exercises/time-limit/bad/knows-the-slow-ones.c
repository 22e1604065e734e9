/* refused by run: was never asked
 * Idea: servers 2, 5, 8 ... never answer in time, so do not ask them. But the program cannot
 * know that before it has asked. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST = 12, LIMIT_MS = 50 };

struct server {
    int id;
    chan(int) reply;
};

/* Servers 2, 5, 8 ... are too slow. */
static void server(void *arg)
{
    static const int delay_ms[] = {30, 20, 90};
    const struct server *self = arg;
    printf("server %d: asked\n", self->id);
    sleep_ms(delay_ms[self->id % 3]); /* stands for the work */
    chan_send(self->reply, 100 * self->id);
}

static long long began;

static void print_answer(int id, int answer)
{
    printf("server %d: answer %d, at %lld ms\n", id, answer, now_ms() - began);
}

static void print_none(int id)
{
    printf("server %d: no answer, at %lld ms\n", id, now_ms() - began);
}

/* Asks the servers 1 to n, one after the other. */
static void ask_all(int n)
{
    struct waitgroup servers = {0};
    for (int id = 1; id <= n; id++) {
        if (id % 3 == 2) {
            sleep_ms(LIMIT_MS);
            print_none(id);
            continue;
        }
        int answer;
        chan(int) reply = chan_make(int, 0);
        wg_go(&servers, server, (struct server){id, reply});
        chan_recv(reply, &answer);
        print_answer(id, answer);
        wg_wait(&servers);
        chan_free(reply);
    }
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 3;
    began = now_ms();
    ask_all(n < MOST ? n : MOST);
    puts("all servers have returned");
}
