/* refused by orders: left at the end
 * Idea: the late answers are not needed, so main need not wait. But the late servers and their
 * channels are still there when it returns. */
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
    chan(int) reply[MOST];
    for (int i = 0; i < n; i++) {
        int answer;
        reply[i] = chan_make(int, 1);
        go(server, (struct server){i + 1, reply[i]});
        if (chan_select(chan_on_recv(reply[i], &answer),
                        chan_on_timeout_ms(LIMIT_MS)) == 0)
            print_answer(i + 1, answer);
        else
            print_none(i + 1);
    }
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 3;
    began = now_ms();
    ask_all(n < MOST ? n : MOST);
    puts("all servers have returned");
}
