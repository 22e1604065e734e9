/* semaphore -- a buffered channel limits how many do it at the same time.
 *
 * An old footbridge carries three hikers at once, and more than three come.
 * A channel with room for three values is the bridge's book: whoever goes on
 * the bridge puts a value in, and whoever has left it takes one out. While it
 * is full a send waits, and the rest wait at the near end.
 *
 *     hiker --.                  .-- hiker
 *     hiker --+--send--> [|||] --+       (who has left takes one out)
 *     hiker --'          places  '-- hiker
 *
 * Watch the bridge, drawn anew after each step on or off it: those in the
 * brackets change, and are never more than three.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

struct step {
    int hiker;
    bool on;
};

struct hiker {
    int id;
    chan(bool) places;
    chan(struct step) steps;
};

static void hiker(void *arg)
{
    const struct hiker *h = arg;

    chan_send(h->places, true); /* waits as long as the bridge is full */
    chan_send(h->steps, (struct step){h->id, true});
    sleep_ms(20); /* walks across */
    chan_send(h->steps, (struct step){h->id, false});
    /* Never waits: each hiker on the bridge has a value in there, we too.
     * Which of them we take is all the same: they only count. */
    chan_recv(h->places, NULL);
}

/* Draws the bridge, and those who are on it. Returns how many they are. */
static int draw(const bool *on_it, int hikers)
{
    int count = 0;
    printf(" [");
    for (int id = 1; id <= hikers; id++)
        if (on_it[id])
            printf(count++ > 0 ? " %d" : "%d", id);
    printf("]");
    return count;
}

enum { MOST = 200 };

int main(int argc, char **argv)
{
    int n = 5, most = 3;
    args(argc, argv, "semaphore [HIKERS [PLACES]]    (1 to 200: 5, 3)",
         arg_number(&n, 1, MOST), arg_number(&most, 1, MOST));

    chan(bool) places = chan_make(bool, most);
    chan(struct step) steps = chan_make(struct step, 0);
    struct waitgroup hikers = {0};
    for (int id = 1; id <= n; id++)
        wg_go(&hikers, hiker, (struct hiker){id, places, steps});

    /* Each of them makes two steps: on the bridge, and off it again. */
    long long began = now_ms();
    bool on_it[MOST + 1] = {false}, kept = true;
    printf("bridge:");
    for (int i = 0; i < 2 * n; i++) {
        struct step step;
        chan_recv(steps, &step);
        on_it[step.hiker] = step.on;
        kept = draw(on_it, n) <= most && kept;
    }

    wg_wait(&hikers); /* the last of them still has a value to take out */
    printf("\n%d across, %s\n", n,
           kept ? "never too many at once" : "but too many at once");
    fprintf(stderr, "~ %lld ms\n", now_ms() - began);
    chan_free(steps);
    chan_free(places);
    return !kept;
}
