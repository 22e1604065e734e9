/* ticker -- do something on a steady beat, until told to stop.
 *
 * A lighthouse flashes on a beat, from dusk to dawn. If it slept between two
 * flashes, each would come later than the last by the time that a flash takes,
 * and the order to stop would find it asleep. A ticker is a channel: it keeps
 * the beat by itself, and can be waited for beside that order.
 *
 *     beat --tick---> +------------+
 *                     | lighthouse | --flashes--> ship
 *     dawn --close--> +------------+
 *
 * Watch for the end: the ticker never says that it was the last tick. It is
 * the dawn that ends the loop, and whoever ends the loop frees the ticker.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { BEAT_MS = 20 };

struct lighthouse {
    chan(struct timespec) beat;
    chan(bool) dawn;
    chan(int) flashes;
    int turn_ms; /* what it takes to turn the mirror once around */
};

static void lighthouse(void *arg)
{
    const struct lighthouse *self = arg;
    int flashes_shown = 0;

    for (;;) {
        /* Ticks are due at 20, 40, 60 ms, whatever we do in between. If we
         * are late one of them waits for us; they never pile up. */
        if (chan_select(chan_on_recv(self->beat, NULL),
                        chan_on_recv(self->dawn, NULL)) == 1)
            break;
        /* To turn is to wait, too. A sleep would hear nothing, and after a late
         * turn tick and dawn would both be there: a coin would decide. */
        if (chan_select(chan_on_recv(self->dawn, NULL),
                        chan_on_timeout_ms(self->turn_ms)) == 0)
            break;
        /* The ship may have sailed on. With a plain send we would shine for
         * it forever, with the sun high in the sky. */
        if (chan_select(chan_on_send(self->flashes, flashes_shown + 1),
                        chan_on_recv(self->dawn, NULL)) == 1)
            break;
        flashes_shown++;
    }
    printf("lighthouse: lamp out, after %d flashes\n", flashes_shown);
}

int main(int argc, char **argv)
{
    int n = 3, turn_ms = 15;
    args(argc, argv, "ticker [FLASHES [TURN_MS]]    (0 to 1000: 3, 15 ms)",
         arg_number(&n, 0, 1000), arg_number(&turn_ms, 0, 1000));

    chan(struct timespec) beat = chan_tick_ms(BEAT_MS);
    chan(bool) dawn = chan_make(bool, 0);
    chan(int) flashes = chan_make(int, 0);
    long long dusk = now_ms();
    struct waitgroup wg = {0};
    wg_go(&wg, lighthouse, (struct lighthouse){beat, dawn, flashes, turn_ms});

    for (int i = 0, flash; i < n; i++) {
        chan_recv(flashes, &flash);
        printf("ship: flash %d\n", flash);
    }
    fprintf(stderr, "~ %lld ms since dusk\n", now_ms() - dusk);

    puts("main: it is dawn");
    chan_close(dawn);
    wg_wait(&wg); /* its loop has ended, so nobody looks at the beat now */
    chan_free(beat);
    chan_free(dawn);
    chan_free(flashes);
    return 0;
}
