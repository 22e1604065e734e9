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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

struct options {
    int hikers, places;
};

enum { MOST = 200 };

static struct options options(int argc, char **argv)
{
    const char *first = argc == 2 ? argv[1] : "";
    bool help = !strcmp(first, "-h") || !strcmp(first, "--help");
    bool good = argc <= 3;
    long n[2] = {5, 3};
    for (int i = 1; i < argc && good; i++) {
        char *end;
        n[i - 1] = strtol(argv[i], &end, 10);
        good = *argv[i] && !*end && n[i - 1] >= 1 && n[i - 1] <= MOST;
    }
    if (good)
        return (struct options){(int)n[0], (int)n[1]};
    fputs("usage: semaphore [HIKERS [PLACES]]    (1 to 200: 5, 3)\n",
          help ? stdout : stderr);
    exit(help ? 0 : 2);
}

int main(int argc, char **argv)
{
    struct options o = options(argc, argv);
    chan(bool) places = chan_make(bool, o.places);
    chan(struct step) steps = chan_make(struct step, 0);
    struct waitgroup hikers = {0};
    for (int id = 1; id <= o.hikers; id++)
        wg_go(&hikers, hiker, (struct hiker){id, places, steps});

    /* Each of them makes two steps: on the bridge, and off it again. */
    long long began = now_ms();
    bool on_it[MOST + 1] = {false}, kept = true;
    printf("bridge:");
    for (int i = 0; i < 2 * o.hikers; i++) {
        struct step step;
        chan_recv(steps, &step);
        on_it[step.hiker] = step.on;
        kept = draw(on_it, o.hikers) <= o.places && kept;
    }

    wg_wait(&hikers); /* the last of them still has a value to take out */
    printf("\n%d across, %s\n", o.hikers,
           kept ? "never too many at once" : "but too many at once");
    fprintf(stderr, "~ %lld ms\n", now_ms() - began);
    chan_free(steps);
    chan_free(places);
    return !kept;
}
