/* ownership -- give a pointer away, and with it the duty to free it.
 *
 * A channel of pointers hands over large things without copying them. But who
 * may change such a thing, and who frees it? One rule answers both: it belongs
 * to whoever has received it last, and a send gives it away for good.
 *
 *     potter ---raw---> painter --painted--> shop
 *     makes it          cracked: freed       sold: freed
 *                                            left over: freed
 *
 * Watch where each pot ends: every number comes up once, in one place.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>
#include <stdlib.h>

enum { CUSTOMERS = 3 };

struct pot {
    int number;
    const char *colour;
};

static atomic_int made, freed; /* only for the last line: they must agree */

static struct pot *make_pot(int number)
{
    struct pot *pot = malloc(sizeof *pot);
    if (!pot)
        abort();
    *pot = (struct pot){number, "raw"};
    made++;
    return pot;
}

static void free_pot(struct pot *pot)
{
    free(pot);
    freed++;
}

struct potter {
    int pots;
    chan(struct pot *) raw;
};

static void potter(void *arg)
{
    const struct potter *self = arg;
    for (int i = 1; i <= self->pots; i++)
        chan_send(self->raw, make_pot(i));
    /* We keep no pointer to a pot. By now it may be painted, sold and freed:
     * even to look at its number would be a look at somebody else's memory. */
    chan_close(self->raw);
}

struct painter {
    chan(struct pot *) raw, painted;
};

static void painter(void *arg)
{
    static const char *const colours[] = {"red", "green", "blue"};
    const struct painter *self = arg;
    for (struct pot *pot; chan_recv(self->raw, &pot);) {
        if (pot->number == 1) { /* the kiln was still too cold */
            printf("painter: pot %d is cracked\n", pot->number);
            free_pot(pot); /* we have it, and nobody will after us */
            continue;
        }
        pot->colour = colours[pot->number % 3]; /* without a lock */
        chan_send(self->painted, pot);
    }
    chan_close(self->painted);
}

static void sell(chan(struct pot *) painted)
{
    struct pot *pot;
    for (int i = 0; i < CUSTOMERS && chan_recv(painted, &pot); i++) {
        printf("shop: pot %d is sold, a %s one\n", pot->number, pot->colour);
        free_pot(pot);
    }
}

/* The shop has closed, but potter and painter go on. If we walked out now, they
 * would wait for us forever; and chan_free() frees a channel, not what the
 * pointers in it point to. So we receive until the end. */
static void clear_up(chan(struct pot *) painted)
{
    for (struct pot *pot; chan_recv(painted, &pot); free_pot(pot))
        printf("shop: pot %d is left over\n", pot->number);
}

int main(int argc, char **argv)
{
    int pots = args_number(argc, argv, "ownership [POTS]", 6, 0, 1000000);
    chan(struct pot *) raw = chan_make(struct pot *, 2);
    chan(struct pot *) painted = chan_make(struct pot *, 2);
    struct waitgroup makers = {0};
    wg_go(&makers, potter, (struct potter){pots, raw});
    wg_go(&makers, painter, (struct painter){raw, painted});

    sell(painted);
    clear_up(painted);

    wg_wait(&makers);
    chan_free(raw);
    chan_free(painted);
    printf("%d pots made, %d freed: %s\n", made, freed,
           made == freed ? "none lost" : "some lost");
    return made != freed;
}
