/* drain -- take nothing new, finish what has been taken.
 *
 * At closing time a barber lets nobody in any more, but cuts the hair of all
 * who sit on his chairs. When the fire alarm rings he leaves them sitting. To
 * stop by draining, and to stop by dropping: main plays a day of each.
 *
 *     street --.
 *              +--> door --> chairs --> barber
 *     street --'     ^                     ^
 *               closing time          fire alarm
 *
 * Watch the numbers of a line add up: each customer was either let in or turned
 * away, and each who was let in was either served or sent out.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>
#include <string.h>

enum { STREETS = 2, CUSTOMERS = 6, CHAIRS = 2 };

struct shop {
    chan(int) chairs;
    chan(bool) closing_time, fire_alarm; /* close, and everybody hears it */
    int served;                          /* the barber's, until he has gone */
};

static bool rings(chan(bool) bell)
{
    return chan_select(chan_on_recv(bell, NULL), CHAN_DEFAULT) == 0;
}

/* A select is fair: while there is a free chair it would let in every second
 * of those who come after closing time. So they look at the clock first. */
static bool goes_in(const struct shop *shop, int customer)
{
    return !rings(shop->closing_time) &&
           chan_select(chan_on_send(shop->chairs, customer),
                       chan_on_recv(shop->closing_time, NULL)) == 0;
}

struct street {
    int id;
    const struct shop *shop;
    int came, let_in; /* the street's, until it has ended */
};

static void street(void *arg)
{
    struct street *s = arg;
    for (; s->came < CUSTOMERS; s->came++) {
        sleep_ms(5); /* on the way */
        s->let_in += goes_in(s->shop, 10 * s->id + s->came + 1);
    }
}

static void barber(void *arg)
{
    struct shop *shop = arg;
    while (!rings(shop->fire_alarm)) {
        bool ok = false;
        chan_select(chan_on_recv(shop->chairs, NULL, &ok),
                    chan_on_recv(shop->fire_alarm, NULL));
        if (!ok)
            return;   /* the end of the queue, or of everything */
        sleep_ms(10); /* a haircut */
        shop->served++;
    }
}

/* Returns whether everybody is accounted for. */
static bool count(const char *how, const struct shop *shop,
                  const struct street *streets)
{
    int came = 0, inside = 0, sent_out = 0;
    for (int i = 0; i < STREETS; i++) {
        came += streets[i].came;
        inside += streets[i].let_in;
    }
    while (chan_recv(shop->chairs, NULL))
        sent_out++; /* who still sat there when the barber had left */
    printf("%s: %d let in, %d turned away; %d served, %d sent out\n", how,
           inside, came - inside, shop->served, sent_out);
    return came == STREETS * CUSTOMERS && shop->served + sent_out == inside;
}

static bool day(int open_ms, bool fire)
{
    struct shop shop = {chan_make(int, CHAIRS), chan_make(bool, 0),
                        chan_make(bool, 0), 0};
    struct street streets[STREETS] = {{1, &shop, 0, 0}, {2, &shop, 0, 0}};
    struct waitgroup coming = {0}, working = {0};
    for (int i = 0; i < STREETS; i++)
        wg_go(&coming, street, &streets[i]);
    wg_go(&working, barber, &shop);
    sleep_ms(open_ms);

    if (fire)
        chan_close(shop.fire_alarm);
    chan_close(shop.closing_time); /* nobody new, ... */
    wg_wait(&coming);              /* ... nobody half in the door any more, */
    chan_close(shop.chairs);       /* ... so this is the end of the queue, */
    wg_wait(&working);             /* ... and the barber gets there. */

    bool all = count(fire ? "fire alarm" : "closing time", &shop, streets);
    chan_free(shop.chairs);
    chan_free(shop.closing_time);
    chan_free(shop.fire_alarm);
    return all;
}

int main(int argc, char **argv)
{
    enum { BOTH = -1, CLOSING, FIRE };
    int ends_by = BOTH, open_ms = 25;
    args(argc, argv, "drain [closing | fire] [OPEN_MS]    (0 to 1000: 25)",
         arg_choice(&ends_by, "closing", "fire"),
         arg_number(&open_ms, 0, 1000));

    bool all = ends_by == FIRE || day(open_ms, false);
    all = (ends_by == CLOSING || day(open_ms, true)) && all;
    puts(all ? "nobody is missing" : "somebody is lost");
    return !all;
}
