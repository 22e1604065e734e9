/* daisy-chain -- a message through a thousand hands.
 *
 * How many goroutines can there be? We stand N of them in a row. Each waits for
 * a letter from the one before, puts its mark on it and hands it on.
 *
 *     main --0--> hand --1--> hand --2--> ... --> hand --N--> main
 *
 * Watch the number of marks: nobody was left out. Nearly all the time nearly
 * all of them wait, and that costs memory, but no work.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

struct hand {
    chan(int) from, to;
};

static void hand(void *arg)
{
    const struct hand *h = arg;
    int marks;
    chan_recv(h->from, &marks);
    chan_free(h->from); /* it was made for one letter, and we have that */
    chan_send(h->to, marks + 1);
}

/* Lines up n hands behind `first`. Returns the channel behind the last one. */
static chan(int) line_up(struct waitgroup *hands, int n, chan(int) first)
{
    chan(int) last = first;
    for (int i = 0; i < n; i++) {
        chan(int) next = chan_make(int, 0);
        /* If there is no room for one more, this says so and ends it all:
         * half a chain would wait forever. */
        wg_go(hands, hand, (struct hand){last, next});
        last = next;
    }
    return last;
}

int main(int argc, char **argv)
{
    int n = args_number(argc, argv, "daisy-chain [HANDS]", 1000, 1, 10000000);
    int marks;
    struct waitgroup hands = {0};

    long long began = now_ms();
    chan(int) first = chan_make(int, 0);
    chan(int) last = line_up(&hands, n, first);

    long long built = now_ms();
    chan_send(first, 0);
    chan_recv(last, &marks);
    long long arrived = now_ms();

    wg_wait(&hands);
    chan_free(last);
    printf("%d hands, %d marks\n", n, marks);
    fprintf(stderr, "~ lined up in %lld ms, passed through in %lld ms\n",
            built - began, arrived - built);
    return marks != n;
}
