/* ring-buffer -- keep the newest values and drop the oldest.
 *
 * A sensor delivers measurements at a fixed rate. It must never wait for its
 * readers, and an old measurement is worth less than a new one. So if the
 * buffered channel is full, the sensor drops the oldest measurement itself.
 *
 *     sensor --10--> [ 9 | 8 | 7 ] --> readers
 *                              '--> dropped: now there is a slot for 10
 *
 * Watch which measurements are left without a reader: the newest. Then two
 * readers receive while the sensor drops. Each measurement is either received
 * once or dropped.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

enum { READERS = 2, MOST = 500 };

/* Never blocks. Returns how many measurements it has dropped. */
static int put(chan(int) ring, int measurement)
{
    int dropped = 0;
    while (chan_select(chan_on_send(ring, measurement), CHAN_DEFAULT) == 1)
        /* Full. A reader may empty the ring before the next line. A plain
         * receive would then block forever: only the sensor sends. */
        if (chan_select(chan_on_recv(ring, NULL), CHAN_DEFAULT) == 0)
            dropped++;
    return dropped;
}

struct sensor {
    int measurements;
    chan(int) ring;
    int dropped; /* written only by sensor(), read after wg_wait() */
};

static void sensor(void *arg)
{
    struct sensor *s = arg;
    for (int i = 1; i <= s->measurements; i++) {
        s->dropped += put(s->ring, i);
        sleep_ms(5); /* the time until the next measurement */
    }
    chan_close(s->ring); /* Its values can still be received. */
}

struct reader {
    int id;
    chan(int) ring;
    /* Written only by reader(), read after wg_wait(). */
    int received, measurements[MOST];
};

static void reader(void *arg)
{
    struct reader *r = arg;
    lab_name("reader %d", r->id); /* in reports and pictures */
    for (int measurement; chan_recv(r->ring, &measurement);) {
        r->measurements[r->received++] = measurement;
        sleep_ms(30); /* slower than the sensor */
    }
}

static void run(struct sensor *s, struct reader readers[], int capacity)
{
    struct waitgroup running = {0};
    s->ring = chan_make(int, capacity);
    for (int i = 0; i < READERS; i++) {
        readers[i].id = i + 1;
        readers[i].ring = s->ring;
        wg_go(&running, reader, &readers[i]);
    }
    wg_go(&running, sensor, s);
    wg_wait(&running);
    chan_free(s->ring);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

static void put_without_readers(int n, int capacity)
{
    int dropped = 0, measurement;
    chan(int) ring = chan_make(int, capacity);
    for (int i = 1; i <= n; i++)
        dropped += put(ring, i);

    printf("without readers: %d dropped, left are", dropped);
    while (chan_len(ring) > 0) { /* no other goroutine receives from it */
        chan_recv(ring, &measurement);
        printf(" %d", measurement);
    }
    puts("");
    chan_free(ring);
}

/* Returns how many measurements the reader has received. */
static int report(const struct reader *r)
{
    printf("reader %d:", r->id);
    for (int i = 0; i < r->received; i++)
        printf(" %d", r->measurements[i]);
    puts("");
    return r->received;
}

int main(int argc, char **argv)
{
    int n = 20, capacity = 3, received = 0;
    args(argc, argv,
         "ring-buffer [MEASUREMENTS [CAPACITY]]   (20, and capacity 3)",
         arg_number(&n, 1, MOST), arg_number(&capacity, 1, MOST));

    put_without_readers(n, capacity);

    struct sensor s = {.measurements = n};
    struct reader readers[READERS] = {0};
    run(&s, readers, capacity);
    for (int i = 0; i < READERS; i++)
        received += report(&readers[i]);
    bool all = received + s.dropped == n;
    printf("%d received, %d dropped\n", received, s.dropped);
    printf("%d measurements, %s\n", n,
           all ? "each received or dropped" : "some lost");
    return !all;
}
