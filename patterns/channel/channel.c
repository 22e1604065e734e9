/* channel -- hand over a value, and wait for each other.
 *
 * A channel joins two goroutines. A send waits until somebody receives, and a
 * receive waits until somebody sends: so the two meet, and a value goes from
 * hand to hand. To close it says that no more will come, as the end of a file
 * does; it frees nothing.
 *
 *     main ---chan_send---> boxes ---chan_recv---> carrier
 *       waits for a receive          waits for a send, or for the close
 *
 * Watch the first line, as main would have a box ready long before, and the
 * last: that is how the carrier learns of the end.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

static void carrier(void *arg)
{
    chan(int) boxes = arg; /* a channel is a pointer: it arrives as itself */
    int box;

    sleep_ms(20); /* main has had a box in its hands for long by now */
    puts("carrier: gloves on");

    while (chan_recv(boxes, &box)) /* waits; true: a box has come */
        printf("carrier: has box %d\n", box);
    /* False: closed, and nothing left in it. Whoever asks again is told the
     * same, at once: nobody can miss the end. */
    puts("carrier: false, so that was all");
}

int main(int argc, char **argv)
{
    int last = args_number(argc, argv, "channel [BOXES]", 3, 0, 1000);
    chan(int) boxes = chan_make(int, 0); /* 0: it has no room of its own */
    struct waitgroup wg = {0};
    wg_go(&wg, carrier, boxes);

    for (int box = 1; box <= last; box++) {
        chan_send(boxes, box); /* returns when the carrier has it, not before */
        printf("main: let go of box %d\n", box);
    }
    chan_close(boxes); /* only we who send can know that it was the last */

    wg_wait(&wg);
    chan_free(boxes);
    return 0;
}
