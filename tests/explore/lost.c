/* Goroutines add one to a total in a channel. Each reads the total, puts it back, and
 * later replaces it by the number that it read, plus one. An addition is lost if another
 * goroutine adds in between. If three goroutines end with the total 1, all three
 * read it before any of them replaced it.
 *
 *     lost [GOROUTINES [WHAT]]
 *
 * WHAT happens when the total is 1 in the end: nothing but the wrong number, or
 * panic, stuck, leak, exit, forever, ticks, flood. */
#include "chan.h"
#include <stdio.h>

static void add(void *arg)
{
    chan(int) total = arg;
    int seen, there;
    chan_recv(total, &seen);
    chan_send(total, seen);
    chan_recv(total, &there);
    chan_send(total, seen + 1);
}

static void leaker(void *arg)
{
    chan(int) unused = arg;
    chan_send(unused, 1);
}

static int go_wrong(const char *what)
{
    if (!strcmp(what, "panic"))
        chan_close((chan(int))NULL);
    if (!strcmp(what, "stuck"))
        chan_recv((chan(int))NULL, NULL);
    if (!strcmp(what, "leak"))
        go(leaker, chan_make(int, 0));
    for (volatile int i = 0; !strcmp(what, "forever"); i++)
        ;
    while (!strcmp(what, "ticks"))
        usleep(1000);
    while (!strcmp(what, "flood"))
        puts("and so on, and so on, and so on, and so on");
    if (strcmp(what, "exit"))
        return 0;
    fputs("a wrong total\n", stderr);
    return 7;
}

int main(int argc, char **argv)
{
    struct waitgroup adders = {0};
    chan(int) total = chan_make(int, 1);
    int sum = 0, n = argc > 1 ? atoi(argv[1]) : 3;
    chan_send(total, 0);
    for (int i = 0; i < n; i++)
        wg_go(&adders, add, total);
    wg_wait(&adders);
    chan_recv(total, &sum);
    chan_free(total);
    printf("added %d times\n", n);
    printf("the total is %d\n", sum);
    fflush(stdout);
    return sum == 1 && argc > 2 ? go_wrong(argv[2]) : 0;
}
