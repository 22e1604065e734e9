/* unbounded-queue -- never keep a sender waiting, however slow the listener.
 *
 * Callers can't wait until somebody is at home, so an answering machine takes
 * their messages and keeps them on its tape. It must do two things at a time:
 * play the first message to whoever listens, and still answer the next call.
 *
 *     caller --calls--> machine --played--> owner
 *                       1 2 3 4 ...
 *
 * The tape belongs to the machine's goroutine alone; a loop around one select
 * makes all its changes, without a lock. Watch: the caller is done before the
 * owner comes home, and nothing is lost.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>
#include <stdlib.h>

struct message {
    int number;
    struct message *next;
};

struct tape {
    struct message *first, *last;
};

static void record(struct tape *tape, int number)
{
    struct message *message = malloc(sizeof *message);
    if (!message) { /* without a bound it is the memory that sets it */
        perror("unbounded-queue");
        abort();
    }
    *message = (struct message){.number = number};
    if (tape->first)
        tape->last->next = message;
    else
        tape->first = message;
    tape->last = message;
}

static void erase_first(struct tape *tape)
{
    struct message *first = tape->first;
    tape->first = first->next;
    free(first);
}

struct machine {
    chan(int) calls, played;
};

static void machine(void *arg)
{
    const struct machine *self = arg;
    chan(int) calls = self->calls;
    struct tape tape = {0};

    while (calls || tape.first) {
        /* With nothing on the tape there is nothing to play: the case is off. */
        chan(int) played = tape.first ? self->played : NULL;
        int number, first = tape.first ? tape.first->number : 0;
        bool ok;
        int did = chan_select(chan_on_recv(calls, &number, &ok),
                              chan_on_send(played, first));
        if (did == 1)
            erase_first(&tape); /* not before it has been heard */
        else if (ok)
            record(&tape, number);
        else
            calls = NULL; /* no more calls: play what is left */
    }
    chan_close(self->played);
}

struct caller {
    int messages;
    chan(int) calls;
};

static void caller(void *arg)
{
    const struct caller *self = arg;
    for (int i = 1; i <= self->messages; i++)
        chan_send(self->calls, i);
    chan_close(self->calls);
}

int main(int argc, char **argv)
{
    int messages =
        args_number(argc, argv, "unbounded-queue [MESSAGES]", 8, 0, 1000000);
    int heard = 0;
    chan(int) calls = chan_make(int, 0);
    chan(int) played = chan_make(int, 0);
    struct waitgroup callers = {0}, machines = {0};
    wg_go(&machines, machine, (struct machine){calls, played});

    wg_go(&callers, caller, (struct caller){messages, calls});
    wg_wait(&callers); /* each send has returned, and nobody was at home */
    printf("caller: %d left, and nobody has heard one yet\n", messages);

    printf("owner:");
    for (int number; chan_recv(played, &number);) {
        printf(" %d", number);
        heard += number == heard + 1; /* in its turn */
    }
    puts("");

    wg_wait(&machines);
    chan_free(calls);
    chan_free(played);
    printf("%d messages, %s\n", messages,
           heard == messages ? "all heard, in order" : "some lost");
    return heard != messages;
}
