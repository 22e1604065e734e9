/* select -- wait for several channels at once.
 *
 * A waiter serves what kitchen and bar put out. If he stands at one of them,
 * the other fills up; if he runs to and fro to look, he is busy with nothing.
 * So he waits for both at once, and takes from whichever is ready.
 *
 *     kitchen --dishes--> waiter <--drinks-- bar
 *
 * Watch for what he does when nothing is ready, when something is, and when
 * both are: then a fair coin decides.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { ORDERS = 3 };

struct maker {
    int items, pause_ms;
    chan(int) out;
};

/* The kitchen makes dishes, the bar makes drinks. */
static void maker(void *arg)
{
    const struct maker *self = arg;

    for (int item = 1; item <= self->items; item++) {
        if (self->pause_ms > 0)
            sleep_ms(self->pause_ms);
        chan_send(self->out, item);
    }
}

/* With a default, a select never waits: it takes what is there, or goes on. */
static void look(chan(int) dishes, chan(int) drinks)
{
    if (chan_select(chan_on_recv(dishes, NULL), chan_on_recv(drinks, NULL),
                    CHAN_DEFAULT) == 2)
        puts("nothing is ready: the waiter lays the tables");
}

/* Without one it sleeps until somebody has something. */
static void serve(chan(int) dishes, chan(int) drinks)
{
    int dish = 0, drink = 0;

    printf("served:");
    for (int n = 0; n < 2 * ORDERS; n++) {
        switch (chan_select(chan_on_recv(dishes, &dish),
                            chan_on_recv(drinks, &drink))) {
        case 0:
            printf(" dish-%d", dish);
            break;
        case 1:
            printf(" drink-%d", drink);
            break;
        }
    }
    printf(" (%d of %d)\n", dish + drink, 2 * ORDERS);
}

/* Both are ready, every time. If the first in the list always won, nobody would
 * get a drink before the last dish is eaten. */
static void feast(chan(int) dishes, chan(int) drinks, int picks)
{
    int least = picks * 4 / 10, most = picks - least, taken[2] = {0};

    printf("picked:");
    for (int n = 0; n < picks; n++) {
        int from =
            chan_select(chan_on_recv(dishes, NULL), chan_on_recv(drinks, NULL));
        taken[from]++;
        if (n < 8)
            printf(" %s", from == 0 ? "kitchen" : "bar");
    }
    bool fair = taken[0] >= least && taken[1] >= least;
    printf(" ...\neach between %d and %d of %d: %s\n", least, most, picks,
           fair ? "yes" : "no");
}

int main(int argc, char **argv)
{
    int picks = args_number(argc, argv, "select [PICKS]", 1000, 1, 100000);
    chan(int) dishes = chan_make(int, ORDERS + picks);
    chan(int) drinks = chan_make(int, ORDERS + picks);
    struct waitgroup wg = {0};

    look(dishes, drinks); /* nobody has begun to cook */

    wg_go(&wg, maker, (struct maker){ORDERS, 40, dishes});
    wg_go(&wg, maker, (struct maker){ORDERS, 40, drinks});
    serve(dishes, drinks);

    wg_go(&wg, maker, (struct maker){picks, 0, dishes});
    wg_go(&wg, maker, (struct maker){picks, 0, drinks});
    wg_wait(&wg); /* both have put out everything, so both are ready */
    feast(dishes, drinks, picks);

    chan_free(dishes);
    chan_free(drinks);
    return 0;
}
