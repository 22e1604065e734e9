/* ring-buffer -- drop the oldest rather than wait.
 *
 * A buoy drifts and sends its position, again and again. It must not wait for
 * those who look: an old position is worth nothing, a new one everything. So if
 * the buffer is full, the oldest goes, and the newest takes its place.
 *
 *     buoy --10--> ( 9 | 8 | 7 ) --> whoever looks
 *                             '--> dropped, to make room for 10
 *
 * Watch which survive while nobody looks: the newest. Then come two lookouts,
 * who may take what the buoy is about to drop: watch the sum.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { LOOKOUTS = 2, MOST = 500 };

/* Never waits. Returns how many had to go. */
static int put(chan(int) ring, int position)
{
    int dropped = 0;
    while (chan_select(chan_on_send(ring, position), CHAN_DEFAULT) == 1)
        /* Full. But meanwhile somebody may have taken the last one: a plain
         * receive would then wait for what we alone send, that is, forever. */
        if (chan_select(chan_on_recv(ring, NULL), CHAN_DEFAULT) == 0)
            dropped++;
    return dropped;
}

struct buoy {
    int positions;
    chan(int) ring;
    int *dropped;
};

static void buoy(void *arg)
{
    const struct buoy *b = arg;
    for (int i = 1; i <= b->positions; i++) {
        *b->dropped += put(b->ring, i);
        sleep_ms(5);
    }
    chan_close(b->ring); /* what is left in it can still be taken */
}

struct lookout {
    chan(int) ring;
    int taken;
    /* One more: the receive that finds the end writes a 0. */
    int positions[MOST + 1];
};

static void lookout(void *arg)
{
    struct lookout *l = arg;
    while (chan_recv(l->ring, &l->positions[l->taken])) {
        l->taken++;
        sleep_ms(30); /* enters it in the map, and misses a few meanwhile */
    }
}

static void nobody_looks(int n, int room)
{
    int dropped = 0, position;
    chan(int) ring = chan_make(int, room);
    for (int i = 1; i <= n; i++)
        dropped += put(ring, i);

    printf("nobody looks: %d dropped, left are", dropped);
    while (chan_len(ring) > 0) { /* nobody else takes any meanwhile */
        chan_recv(ring, &position);
        printf(" %d", position);
    }
    puts("");
    chan_free(ring);
}

/* Returns how many positions were taken or dropped. */
static int several_look(int n, int room)
{
    struct lookout lookouts[LOOKOUTS] = {0};
    struct waitgroup everyone = {0};
    chan(int) ring = chan_make(int, room);
    int dropped = 0, taken = 0;
    for (int i = 0; i < LOOKOUTS; i++) {
        lookouts[i].ring = ring;
        wg_go(&everyone, lookout, &lookouts[i]);
    }
    wg_go(&everyone, buoy, (struct buoy){n, ring, &dropped});
    wg_wait(&everyone);
    chan_free(ring);

    for (int i = 0; i < LOOKOUTS; i++) {
        printf("lookout %d:", i + 1);
        for (int k = 0; k < lookouts[i].taken; k++)
            printf(" %d", lookouts[i].positions[k]);
        puts("");
        taken += lookouts[i].taken;
    }
    printf("%d taken, %d dropped\n", taken, dropped);
    return taken + dropped;
}

int main(int argc, char **argv)
{
    int positions = 20, room = 3;
    args(argc, argv, "ring-buffer [POSITIONS [ROOM]]   (20, and room for 3)",
         arg_number(&positions, 1, MOST), arg_number(&room, 1, MOST));

    nobody_looks(positions, room);
    int known = several_look(positions, room);
    printf("%d sent, %s\n", positions,
           known == positions ? "each taken or dropped" : "some lost");
    return known != positions;
}
