/* quit-channel -- tell it to stop, and wait for its goodbye.
 *
 * A goroutine works on and on, and must put its things in order before the
 * program may end. So we don't kill it: we ask it to stop, and wait until it
 * has answered. Both go through one channel, there and back.
 *
 *     watchman --calls--> main    "all is well", hour after hour
 *     watchman <--quit--- main    "go home"
 *     watchman locks the gate
 *     watchman ---quit--> main    "good night"
 *
 * Watch for the order of the last three lines: asked to stop, cleaned up,
 * goodbye received.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

struct watchman {
    chan(int) calls;
    chan(const char *) quit; /* the question comes in here, the answer out */
};

static void lock_the_gate(void)
{
    sleep_ms(50); /* it is a heavy one */
    puts("(the watchman locks the gate)");
}

static void watchman(void *arg)
{
    const struct watchman *self = arg;

    for (int hour = 1;; hour++) {
        /* A plain send would wait for a listener, and be deaf to quit. */
        switch (chan_select(chan_on_send(self->calls, hour),
                            chan_on_recv(self->quit, NULL))) {
        case 0:
            break; /* he was heard, so on to the next hour */
        case 1:
            lock_the_gate(); /* before the answer, or it proves nothing */
            chan_send(self->quit, "good night");
            return;
        }
    }
}

int main(int argc, char **argv)
{
    int hours = args_number(argc, argv, "quit-channel [HOURS]", 3, 0, 12);
    chan(int) calls = chan_make(int, 0);
    chan(const char *) quit = chan_make(const char *, 0);
    struct waitgroup wg = {0};
    wg_go(&wg, watchman, (struct watchman){calls, quit});

    for (int i = 0, hour; i < hours; i++) {
        chan_recv(calls, &hour);
        printf("watchman: %d o'clock, and all is well\n", hour);
    }

    const char *answer;
    puts("main: go home"); /* before he knows: from then on he prints, too */
    chan_send(quit, "go home");
    chan_recv(quit, &answer); /* not before the gate is locked */
    printf("watchman: %s\n", answer);

    wg_wait(&wg); /* his work is done; now he himself is gone as well */
    chan_free(calls);
    chan_free(quit);
    return 0;
}
