/* closed-in-select, fixed -- a source that has ended is switched off.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct station {
    int readings;
    chan(int) out;
};

static void station(void *arg)
{
    const struct station *s = arg;
    for (int i = 1; i <= s->readings; i++) {
        sleep_ms(20);
        chan_send(s->out, 10 + i);
    }
    chan_close(s->out);
}

int main(void)
{
    chan(int) north = chan_make(int, 0);
    chan(int) south = chan_make(int, 0);
    defer(chan_free, north); /* the channels: these variables will change */
    defer(chan_free, south);
    struct waitgroup stations = {0};
    wg_go(&stations, station, (struct station){2, north});
    wg_go(&stations, station, (struct station){10, south});

    bool north_open = true, south_open = true;
    int degrees, readings = 0;
    while (north || south) {
        int from = chan_select(chan_on_recv(north, &degrees, &north_open),
                               chan_on_recv(south, &degrees, &south_open));
        readings += from == 0 ? north_open : south_open;
        north = north_open ? north : NULL; /* NULL is never ready */
        south = south_open ? south : NULL;
    }
    printf("%d readings\n", readings);

    wg_wait(&stations);
}
