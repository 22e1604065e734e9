/* priority -- let a command overtake the work, although select is fair.
 *
 * Toys come along a belt, and a packer packs them. After the seventh the
 * foreman sees a fault and presses stop: what he lets through now must not be
 * packed. But when a toy and the stop are both there, select tosses a coin, and
 * as long as it falls for the toys they go into their boxes.
 *
 *     foreman --toys--> packer: takes what comes first, and with a toy in
 *             --stop-->         his hand he looks here again
 *
 * Watch toy 8 and those behind it: they are left, in every shift.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { ROOM = 2, GOOD = 7, TOYS = 10 };

struct foreman {
    chan(int) belt;
    chan(bool) stop;
};

static void foreman(void *arg)
{
    const struct foreman *self = arg;
    for (int toy = 1; toy <= TOYS; toy++) {
        chan_send(self->belt, toy);
        if (toy == GOOD)
            chan_send(self->stop, true);
    }
    chan_close(self->belt); /* toys came on it after the stop, too */
}

struct tally {
    int packed, left, wrong;
};

static void pack(int toy, struct tally *tally)
{
    printf(" %d", toy);
    tally->packed++;
    tally->wrong += toy > GOOD;
}

static void leave(int toy, struct tally *tally)
{
    printf(" %d", toy);
    tally->left++;
}

/* Returns the toy in his hand that he must not pack any more, or 0. */
static int packer(chan(int) belt, chan(bool) stop, struct tally *tally)
{
    for (int toy;;) {
        bool more;
        int which = chan_select(chan_on_recv(stop, NULL),
                                chan_on_recv(belt, &toy, &more));
        if (which == 0 || !more)
            return 0;
        /* The coin may have fallen for the toy. But if stop was sent before
         * this toy was, then it is there by now: one more look sees it. */
        if (chan_select(chan_on_recv(stop, NULL), CHAN_DEFAULT) == 0)
            return toy;
        pack(toy, tally);
    }
}

static void work(int shift, struct tally *tally)
{
    struct waitgroup wg = {0};
    chan(int) belt = chan_make(int, ROOM);
    chan(bool) stop = chan_make(bool, 1); /* pressed, and not waited for */
    wg_go(&wg, foreman, (struct foreman){belt, stop});

    printf("shift %d: packed", shift);
    int toy = packer(belt, stop, tally);

    printf(", left"); /* empty the belt, or the foreman waits forever */
    if (toy > 0)
        leave(toy, tally);
    while (chan_recv(belt, &toy))
        leave(toy, tally);
    puts("");

    wg_wait(&wg);
    chan_free(belt);
    chan_free(stop);
}

int main(int argc, char **argv)
{
    int shifts = args_number(argc, argv, "priority [SHIFTS]", 3, 0, 100000);
    struct tally tally = {0};
    for (int shift = 1; shift <= shifts; shift++)
        work(shift, &tally);

    bool lost = tally.packed + tally.left != shifts * TOYS;
    printf("%d toys, %s, %s\n", shifts * TOYS, lost ? "some lost" : "none lost",
           tally.wrong ? "some packed after the stop"
                       : "none packed after the stop");
    return lost || tally.wrong;
}
