/* nats-fan-in -- many processes send records to one.
 *
 * Each source publishes its records on a subject of its own. One process
 * subscribes to all these subjects at once and receives a single stream. The
 * sources never wait: what the receiver does not take fills a buffer, and when
 * the buffer is full the library drops messages.
 *
 *     source 1 --records.1--.                         .--records--.
 *     source 2 --records.2--+--> server --records.*-->|           +--> merge
 *     source 3 --records.3--'             ends.*----->'--ends-----'
 *
 * Watch the sum: each record that was sent is either received or dropped. A
 * source tells how many it has sent, on a subject whose buffer cannot be full.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <inttypes.h>

#include "nats.h"

enum { MOST_SOURCES = 64 };

/* Publishes the numbers 1 to n, and at the end how many. */
static void send_records(natsConnection *nc, int id, int n)
{
    char records[32], ends[32];
    snprintf(records, sizeof records, "records.%d", id);
    snprintf(ends, sizeof ends, "ends.%d", id);
    for (int number = 1; number <= n; number++)
        nats_publish(nc, records, number);
    nats_publish(nc, ends, n);
    printf("sent %d records\n", n);
}

struct merge {
    int sources, ended;
    int64_t sent, received;
    long last[MOST_SOURCES + 1]; /* of each source, to check the order */
};

/* The number behind the dot of the subject. */
static int source_of(const struct merge *m, natsMsg *message)
{
    const char *subject = natsMsg_GetSubject(message);
    int id = atoi(strchr(subject, '.') + 1);
    if (id < 1 || id > m->sources)
        nats_fail(subject, "there is no such source");
    return id;
}

static void take_record(struct merge *m, natsMsg *message)
{
    int id = source_of(m, message);
    long number = nats_number(message);
    if (number <= m->last[id])
        nats_fail(natsMsg_GetSubject(message), "the order is wrong");
    m->last[id] = number;
    m->received++;
    natsMsg_Destroy(message);
}

static void take_end(struct merge *m, natsMsg *message)
{
    source_of(m, message);
    m->sent += nats_number(message);
    m->ended++;
    natsMsg_Destroy(message);
}

/* Receives until each source has ended, and each of its records was received or
 * dropped. */
static void receive_all(struct merge *m, struct nats_receiver records,
                        struct nats_receiver ends)
{
    while (m->ended < m->sources ||
           m->received + nats_dropped(records.from) < m->sent) {
        natsMsg *message = NULL;
        bool ok = false;
        int chosen = chan_select(chan_on_recv(records.to, &message, &ok),
                                 chan_on_recv(ends.to, &message, &ok));
        if (!ok)
            nats_fail("merge", "the connection is closed");
        if (chosen == 0)
            take_record(m, message);
        else
            take_end(m, message);
    }
}

/* Waits until all sources have ended. The records wait in the buffer. */
static void be_busy(struct merge *m, struct nats_receiver ends)
{
    natsMsg *end;
    while (m->ended < m->sources && chan_recv(ends.to, &end))
        take_end(m, end);
}

/* Merges all sources. A buffer of `capacity` records is full in no time, because
 * then merge receives none until all were sent. 0 is the library's own. */
static void merge(natsConnection *nc, int sources, int capacity)
{
    struct waitgroup wg = {0};
    struct merge m = {.sources = sources};
    struct nats_receiver records = {nats_subscribe(nc, "records.*"),
                                    chan_make(natsMsg *, 0)};
    struct nats_receiver ends = {nats_subscribe(nc, "ends.*"),
                                 chan_make(natsMsg *, 0)};
    if (capacity > 0)
        nats_check(
            natsSubscription_SetPendingLimits(records.from, capacity, -1),
            "capacity");
    puts("ready");

    wg_go(&wg, nats_receive, ends);
    if (capacity > 0)
        be_busy(&m, ends);
    wg_go(&wg, nats_receive, records);
    receive_all(&m, records, ends);
    printf("%" PRId64 " sent, %" PRId64 " received, %" PRId64 " dropped\n",
           m.sent, m.received, nats_dropped(records.from));

    nats_unsubscribe(records);
    nats_unsubscribe(ends);
    wg_wait(&wg);
    natsSubscription_Destroy(records.from);
    natsSubscription_Destroy(ends.from);
    chan_free(records.to);
    chan_free(ends.to);
}

/* ---- The program around it: options, input, report ---- */

int main(int argc, char **argv)
{
    int role = -1, which = 1, n = 4, capacity = 0;
    args(argc, argv,
         "nats-fan-in merge [SOURCES] [-c CAPACITY] | send [SOURCE] [RECORDS]",
         arg_choice(&role, "merge", "send"),
         arg_number(&which, 1, MOST_SOURCES), arg_number(&n, 0, 10000000),
         opt_number('c', &capacity, 1, 1000000));
    if (role < 0)
        args_misuse();
    natsConnection *nc = nats_open();
    if (role == 0)
        merge(nc, which, capacity);
    else
        send_records(nc, which, n);
    nats_close(nc);
}
