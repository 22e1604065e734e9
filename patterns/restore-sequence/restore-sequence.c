/* restore-sequence -- keep senders in step by acknowledging messages.
 *
 * Three sensors send their readings to one collector. The temperature sensor
 * is quick and would soon be several readings ahead of the other sensors.
 * So each reading carries a channel for its acknowledgement, and the sensor
 * measures again only after it has received the acknowledgement.
 *
 *     temperature --.                            .--ack--> temperature
 *     pressure -----+--readings--> collector ----+--ack--> pressure
 *     humidity -----'                            '--ack--> humidity
 *
 * Watch the numbers. The order of the sensors within a round may change, but
 * round 2 holds only second readings.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

enum { SENSORS = 3 };

static const char *const names[SENSORS] = {"temperature", "pressure",
                                           "humidity"};
static const int takes_ms[SENSORS] = {0, 20, 20};

struct reading {
    int sensor, number;
    chan(bool) ack; /* The sensor waits here for the acknowledgement. */
};

struct sensor {
    int id, rounds;
    chan(struct reading) readings;
};

static void sensor(void *arg)
{
    const struct sensor *s = arg;
    lab_name("%s", names[s->id]); /* in reports and pictures */
    chan(bool) ack = chan_make(bool, 0);
    for (int number = 1; number <= s->rounds; number++) {
        sleep_ms(takes_ms[s->id]); /* The sensor measures. */
        chan_send(s->readings, (struct reading){s->id, number, ack});
        chan_recv(ack, NULL);
    }
    chan_free(ack); /* The collector has acknowledged the last reading. */
}

/* Returns how many of the readings belong to this round. */
static int collect_round(int round, chan(struct reading) readings)
{
    struct reading r[SENSORS];
    int right = 0;
    printf("round %d:", round);
    for (int i = 0; i < SENSORS; i++) {
        chan_recv(readings, &r[i]);
        printf("%s %s %d", i ? "," : "", names[r[i].sensor], r[i].number);
        right += r[i].number == round;
    }
    puts("");
    /* Not in the loop above: a sensor that has its acknowledgement may send
     * its next reading before the other sensors have sent theirs. */
    for (int i = 0; i < SENSORS; i++)
        chan_send(r[i].ack, true);
    return right;
}

/* Returns how many readings came in the right round. */
static int collect(int rounds)
{
    int right = 0;
    struct waitgroup sensors = {0};
    chan(struct reading) readings = chan_make(struct reading, 0);
    for (int id = 0; id < SENSORS; id++)
        wg_go(&sensors, sensor, (struct sensor){id, rounds, readings});

    for (int round = 1; round <= rounds; round++)
        right += collect_round(round, readings);
    wg_wait(&sensors);
    chan_free(readings);
    return right;
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    int rounds =
        args_number(argc, argv, "restore-sequence [ROUNDS]", 3, 0, 100000);
    int right = collect(rounds);

    printf("%d readings, %s\n", rounds * SENSORS,
           right == rounds * SENSORS ? "each in its round"
                                     : "some in the wrong round");
    return right != rounds * SENSORS;
}
