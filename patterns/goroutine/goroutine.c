/* goroutine -- start a function and go on.
 *
 * We want something to run beside main. go() starts a function in a thread of
 * its own and returns at once; nobody has to collect that thread afterwards.
 *
 *     main ----+-----+----> waits for them, or leaves (--forget)
 *              |     +----> courier 2: parcel 1, 2, 3
 *              +----------> courier 1: parcel 1, 2, 3
 *
 * Watch for the parcels that are lost when main leaves: with main the whole
 * program ends, whoever is still at work.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { COURIERS = 2, PARCELS = 3 };

/* The arguments of courier(): throughout the book, both have one name. */
struct courier {
    int id;
};

static void courier(void *arg)
{
    const struct courier *self = arg; /* our own copy, freed when we return */

    for (int parcel = 1; parcel <= PARCELS; parcel++) {
        printf("courier %d: parcel %d\n", self->id, parcel);
        sleep_ms(50); /* the way to the next door */
    }
}

/* Run and forget: right only for work that may break off anywhere, because
 * that is what happens when main returns. */
static void run_and_forget(void)
{
    for (int id = 1; id <= COURIERS; id++)
        go(courier, (struct courier){.id = id});
    puts("main leaves, nobody is waited for");
    flockfile(stdout); /* main's exit flushes stdout: a courier who is in a
                        * printf() just then would leave half a line in it */
}

/* Run and wait: the same, but we know how it ends before we start it. */
static void run_and_wait(void)
{
    struct waitgroup wg = {0};

    for (int id = 1; id <= COURIERS; id++)
        wg_go(&wg, courier, (struct courier){.id = id});
    wg_wait(&wg); /* until the last of them has returned */
    puts("main leaves, all parcels are delivered");
}

int main(int argc, char **argv)
{
    bool forget = false;
    args(argc, argv, "goroutine [--forget]", opt_flag("forget", &forget));

    printf("%d parcels are promised\n", COURIERS * PARCELS);
    if (forget)
        run_and_forget();
    else
        run_and_wait();
    return 0;
}
