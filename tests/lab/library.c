/* library -- correct: all goroutines wait, and a thread of a library will call back.
 *
 * The callback may send. So the laboratory must not report that all are asleep, although
 * all goroutines that it has seen are. `library silent` is broken: the callback does
 * nothing, and after its thread has ended no thread can wake main. In `library waits`
 * main is inside the library until the callback, which sleeps, has returned. The
 * callback's thread is the first one that the laboratory sees beside main's.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "library.h"

#include <stdio.h>

static void called_back(void *arg)
{
    chan(int) calls = arg;
    chan_send(calls, 1);
}

static void say_nothing(void *arg)
{
    (void)arg;
}

static void take_a_while(void *arg)
{
    (void)arg;
    sleep_ms(50);
    puts("called back");
}

static void wait_for(void *arg)
{
    chan(int) start = arg;
    chan_recv(start, NULL); /* waits */
}

int main(int argc, char **argv)
{
    void (*back)(void *) = argc > 1 ? say_nothing : called_back;
    struct waitgroup wg = {0};
    chan(int) calls = chan_make(int, 0), start = chan_make(int, 0);
    if (argc > 1 && strcmp(argv[1], "waits") == 0) {
        chan_free(calls);
        chan_free(start);
        return library_waits_for_call(1, take_a_while, NULL);
    }
    for (int i = 0; i < 2; i++)
        wg_go(&wg, wait_for, start); /* started */
    if (library_calls_later(200, back, calls) != 0)
        return 1;
    chan_recv(calls, NULL); /* main waits */
    chan_close(start);
    wg_wait(&wg);
    chan_free(calls);
    chan_free(start);
    puts("called back");
}
