/* leave.c -- main ends by pthread_exit(): the goroutines go on, and the last of
 * them ends the program, with status 0. `leave first` leaves before they end,
 * `leave last` after that. With `leave thread` another thread has called go(), and
 * main never does. (A program of its own: in a child of fork() musl's
 * pthread_exit() does not work.)
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>
#include <string.h>

static struct waitgroup wg;

static void end_later(void *arg)
{
    sleep_ms(*(int *)arg);
    printf("x");
}

static void start(void)
{
    for (int i = 0; i < 5; i++)
        wg_go(&wg, end_later, i / 2);
}

static void *thread_starts(void *unused)
{
    start();
    return unused;
}

int main(int argc, char **argv)
{
    bool last = argc == 2 && strcmp(argv[1], "last") == 0;
    if (argc == 2 && strcmp(argv[1], "--list") == 0)
        return 0;
    if (argc == 2 && strcmp(argv[1], "thread") == 0) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, thread_starts, NULL) == 0)
            pthread_join(thread, NULL);
    } else {
        start();
    }
    if (last)
        wg_wait(&wg);
    pthread_exit(NULL);
}
