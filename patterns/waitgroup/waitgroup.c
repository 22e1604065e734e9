/* waitgroup -- wait until the last of many is done.
 *
 * A boat must not leave while a diver is in the water, and nobody knows who
 * will be back last. So the crew keeps a count: one up before each jump, one
 * down for each who is back. When it comes to zero, the boat may leave.
 *
 *     add, go ---> diver 1: down ....... back, done ---+
 *     add, go ---> diver 2: down ... back, done -------+---> zero: the wait
 *     add, go ---> diver 3: down, back, done ----------+     is over
 *
 * Watch the boat wait for the last diver, whoever is back before him.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

struct dive {
    int diver;
    struct waitgroup *away;
};

static void dive(void *arg)
{
    const struct dive *d = arg;
    /* Whichever way we leave this function: a diver who turned round and was
     * not counted would keep the boat waiting forever. */
    defer(wg_done, d->away);

    printf("diver %d: down\n", d->diver);
    if (d->diver % 3 == 0) {
        printf("diver %d: back at once, forgot the mask\n", d->diver);
        return;
    }
    sleep_ms(d->diver % 3 == 1 ? 20 : 10); /* one stays longer than another */
    printf("diver %d: back\n", d->diver);
}

/* Has no idea of being counted: wg_go() does that around it. */
static void refill(void *arg)
{
    const int *tanks = arg;
    for (int tank = 1; tank <= *tanks; tank++)
        printf(" %d", tank);
}

int main(int argc, char **argv)
{
    int divers = args_number(argc, argv, "waitgroup [DIVERS]", 3, 0, 1000);
    struct waitgroup away = {0};

    for (int i = 1; i <= divers; i++) {
        wg_add(&away, 1); /* before the jump: in the water is too late */
        go(dive, (struct dive){.diver = i, .away = &away});
    }
    wg_wait(&away);

    /* All three calls in one: wg_go() adds, starts the function, and is done
     * when that returns. Back at zero, a wait group can be used again. */
    printf("everyone is back, tanks refilled:");
    wg_go(&away, refill, divers);
    wg_wait(&away);
    printf("\nthe boat leaves with %d of %d\n", divers, divers);
    return 0;
}
