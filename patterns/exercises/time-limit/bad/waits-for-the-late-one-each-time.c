/* refused by orders: later than it came
 * Idea: the late answer is received after print_none, before the next server is asked. But that
 * makes the limit useless. */
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
    for (int i = 1; i <= n; i++) {
        chan(int) reply = chan_make(int, 0);
        struct waitgroup one = {0};
        wg_go(&one, server, (struct server){i, reply});
        int answer;
        if (chan_select(chan_on_recv(reply, &answer),
                        chan_on_timeout_ms(LIMIT_MS)) == 0) {
            print_answer(i, answer);
        } else {
            print_none(i);
            chan_recv(reply, &answer);
        }
        wg_wait(&one);
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
