/* generator -- a function that returns a channel of values.
 *
 * Halve an even number; triple an odd one and add one: in the end we come to 1,
 * but nobody knows beforehand in how many steps. So collatz() fills no array.
 * It returns a channel, and a goroutine behind it makes one number after the
 * other, each as the one before is taken.
 *
 *     collatz(6)  --> 6 3 10 5 16 8 4 2 1 --> closed: the caller's loop ends
 *     collatz(27) --> 27 82 41 124 ---------> enough: the caller leaves early
 *                 <-- quit <----------------- and says so: the maker ends
 *
 * Watch both endings: the maker closes, or the caller leaves and says so.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

/* Nothing comes after 1, and nothing is 0 here. */
static int next(int n)
{
    return n == 1 ? 0 : n % 2 == 0 ? n / 2 : 3 * n + 1;
}

struct walk {
    int from;
    chan(int) out;
    chan(bool) quit;
};

static void walk(void *arg)
{
    const struct walk *w = arg;
    /* Only the sender knows which value is the last, so the sender closes. */
    defer(chan_close, w->out);

    for (int n = w->from; n > 0; n = next(n)) {
        /* A plain send would wait forever for a caller who has left. */
        int chosen =
            chan_select(chan_on_send(w->out, n), chan_on_recv(w->quit, NULL));
        if (chosen == 1) { /* quit is closed: nobody will take n */
            printf("collatz(%d): told to stop, with %d in hand\n", w->from, n);
            return;
        }
    }
}

/* The generator. It returns at once; the numbers come as they are received.
 * Whoever wants no more of them closes quit, and frees when wg is done. */
static chan(int) collatz(int from, chan(bool) quit, struct waitgroup *wg)
{
    chan(int) out = chan_make(int, 0);
    wg_go(wg, walk, (struct walk){.from = from, .out = out, .quit = quit});
    return out;
}

int main(int argc, char **argv)
{
    int from = args_number(argc, argv, "generator [FROM]", 6, 1, 100000);
    int n;
    struct waitgroup makers = {0};
    chan(bool) quit = chan_make(bool, 0);

    chan(int) all = collatz(from, quit, &makers);
    printf("collatz(%d):", from);
    while (chan_recv(all, &n))
        printf(" %d", n);
    puts(", closed");

    chan(int) some = collatz(27, quit, &makers);
    printf("collatz(27):");
    while (chan_recv(some, &n)) {
        printf(" %d", n);
        if (n > 100)
            break; /* the maker doesn't know, and has the next one ready */
    }
    puts(", enough");

    chan_close(quit); /* heard by every maker that still runs */
    wg_wait(&makers); /* a select holds its channels until it has returned */
    chan_free(some);
    chan_free(all);
    chan_free(quit);
    puts("both makers are gone, nothing is left behind");
    return 0;
}
