/* nil-channel -- switch a select case off with NULL.
 *
 * Two bus lines report their departures, each in order of time, and the board
 * at the station is to show them all in order. It can show a bus only when it
 * knows the next one of both lines; and while it knows a line's next, it must
 * not receive another on top of it.
 *
 *     east --buses--.
 *                   +--> merge --in order of time--> board
 *     west --buses--'
 *
 * So one select has three cases, and at each turn some of them are off: a case
 * on a NULL channel is never ready. Watch the board: all buses, in order.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { EAST_EVERY = 12, WEST_EVERY = 20, NEVER = INT_MAX };

struct bus {
    const char *line;
    int minute;
};

struct line {
    const char *name;
    int every, until;
    chan(struct bus) buses;
};

static void line(void *arg)
{
    const struct line *self = arg;
    for (int minute = self->every; minute <= self->until; minute += self->every)
        chan_send(self->buses, (struct bus){self->name, minute});
    chan_close(self->buses);
}

struct merge {
    chan(struct bus) from[2], board;
};

static void merge(void *arg)
{
    const struct merge *m = arg;
    chan(struct bus) in[2] = {m->from[0], m->from[1]}; /* NULL: off */
    struct bus next[2] = {{.minute = NEVER}, {.minute = NEVER}};

    for (;;) {
        bool both = !in[0] && !in[1]; /* we know the next of both lines */
        int sooner = next[1].minute < next[0].minute;
        if (both && next[sooner].minute == NEVER)
            break;

        bool ok;
        chan(struct bus) out = both ? m->board : NULL;
        int did = chan_select(chan_on_recv(in[0], &next[0], &ok),
                              chan_on_recv(in[1], &next[1], &ok),
                              chan_on_send(out, next[sooner]));
        if (did == 2) {
            in[sooner] = m->from[sooner]; /* on: its next may come */
            continue;
        }
        in[did] = NULL; /* off: another bus would wipe out this one */
        if (!ok)
            next[did].minute = NEVER; /* so it is never sent, and stays off */
    }
    chan_close(m->board);
}

/* Returns how many buses it has shown, or -1 if they were not in order. */
static int show(chan(struct bus) board)
{
    int buses = 0, last = 0;
    bool in_order = true;

    for (struct bus bus; chan_recv(board, &bus); last = bus.minute, buses++) {
        printf("%d:%02d %s\n", bus.minute / 60, bus.minute % 60, bus.line);
        in_order = in_order && bus.minute >= last;
    }
    return in_order ? buses : -1;
}

int main(int argc, char **argv)
{
    int until =
        args_number(argc, argv, "nil-channel [MINUTES]", 60, 0, 1000000);
    struct waitgroup wg = {0};
    chan(struct bus) east = chan_make(struct bus, 0);
    chan(struct bus) west = chan_make(struct bus, 0);
    chan(struct bus) board = chan_make(struct bus, 0);
    wg_go(&wg, line, (struct line){"east", EAST_EVERY, until, east});
    wg_go(&wg, line, (struct line){"west", WEST_EVERY, until, west});
    wg_go(&wg, merge, (struct merge){{east, west}, board});

    int buses = show(board), expected = until / EAST_EVERY + until / WEST_EVERY;

    wg_wait(&wg);
    chan_free(east);
    chan_free(west);
    chan_free(board);
    printf("%d buses, %s\n", expected,
           buses == expected ? "all shown, in order"
                             : "some lost or out of order");
    return buses != expected;
}
