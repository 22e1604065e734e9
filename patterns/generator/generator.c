/* generator -- a function that returns a channel of values.
 *
 * fibonacci() starts a goroutine that computes the Fibonacci numbers, and
 * returns the channel to which the goroutine sends them. The channel has no
 * buffer, so the goroutine waits with each number until main receives it.
 *
 *     up to 100   <--- 1 1 2 3 ... 89 <--- goroutine, closes its channel
 *     first 4     <--- 1 1 2 3 <---------- goroutine, returns when quit
 *                 ---> closes quit ------>            is closed
 *
 * Watch both endings: the goroutine closes its channel after the last number,
 * or main wants no more numbers and closes quit.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct generate {
    int limit;
    chan(int) out;
    chan(bool) quit;
};

static void generate(void *arg)
{
    const struct generate *self = arg;
    defer(chan_close, self->out); /* Only the sender knows the last value. */
    int a = 1, b = 1;
    while (a <= self->limit) {
        int chosen = chan_select(chan_on_send(self->out, a),
                                 chan_on_recv(self->quit, NULL));
        if (chosen == 1) { /* quit is closed: a will never be received */
            printf("generator: quit is closed, %d is not sent\n", a);
            return;
        }
        int next = a + b;
        a = b;
        b = next;
    }
}

/* Returns at once. The caller closes quit, waits for wg, and then frees the
 * channel that this function has returned. */
static chan(int) fibonacci(int limit, chan(bool) quit, struct waitgroup *wg)
{
    chan(int) out = chan_make(int, 0);
    wg_go(wg, generate, (struct generate){limit, out, quit});
    return out;
}

static void print_numbers(int limit)
{
    chan(bool) quit = chan_make(bool, 0);
    struct waitgroup wg = {0};
    int n;

    chan(int) all = fibonacci(limit, quit, &wg);
    printf("up to %d:", limit);
    while (chan_recv(all, &n))
        printf(" %d", n);
    puts(", closed");

    chan(int) some = fibonacci(1000, quit, &wg);
    printf("first 4:");
    for (int i = 0; i < 4 && chan_recv(some, &n); i++)
        printf(" %d", n);
    puts(", enough");

    chan_close(quit); /* Stops every generator that is still running. */
    wg_wait(&wg);     /* Until then a select may use the channels. */
    chan_free(some);
    chan_free(all);
    chan_free(quit);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    print_numbers(args_number(argc, argv, "generator [LIMIT]", 100, 1,
                              1000 * 1000 * 1000));
    puts("main: both generators have returned");
    return 0;
}
