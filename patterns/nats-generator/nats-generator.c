/* nats-generator -- a process publishes numbers on a subject.
 *
 * One process makes values, and any number of other processes use them. The
 * generator publishes on a subject of a NATS server. The server gives a copy to
 * each process that has subscribed by then, and keeps none.
 *
 *     publish --numbers.*--> server --numbers.*--> subscribe --> main()
 *        ^                     |   '---numbers.*--> subscribe --> main()
 *        '------joined---------'
 *
 * Watch for the subscriber that comes late. The numbers tell it what it has
 * missed, and a message of its own tells it that there are no more.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"
#include "nats.h"

static const char *const JOINED = "joined"; /* by each new subscriber */
static const char *const NEXT = "numbers.next";
static const char *const END = "numbers.end"; /* with the last number */

static void wait_for_subscriber(chan(natsMsg *) joins)
{
    natsMsg *joined;
    if (!chan_recv(joins, &joined))
        nats_fail(JOINED, "the connection is closed");
    natsMsg_Destroy(joined);
}

/* Returns when the server is down. It has the earlier numbers. */
static void wait_for_outage(natsConnection *nc)
{
    nats_flush(nc);
    puts("waiting for an outage");
    while (natsConnection_Status(nc) == NATS_CONN_STATUS_CONNECTED)
        sleep_ms(10);
}

/* Publishes 1 to n: the first half when one subscriber has joined, and the
 * rest when a second one has. With outage the rest is published while the
 * server is down, and the second subscriber comes before the end. */
static void publish(natsConnection *nc, int n, bool outage)
{
    struct waitgroup wg = {0};
    struct nats_receiver joins = {nats_subscribe(nc, JOINED),
                                  chan_make(natsMsg *, 0)};
    wg_go(&wg, nats_receive, joins);
    puts("waiting for a subscriber");

    int sent = 0;
    for (int part = 1; part <= 2; part++) {
        if (part == 2 && outage)
            wait_for_outage(nc);
        else
            wait_for_subscriber(joins.to);
        int first = sent + 1;
        while (sent < n * part / 2)
            nats_publish(nc, NEXT, ++sent);
        printf("published %d to %d\n", first, sent);
    }
    if (outage)
        wait_for_subscriber(joins.to);
    nats_publish(nc, END, sent);

    nats_unsubscribe(joins);
    wg_wait(&wg);
    natsSubscription_Destroy(joins.from);
    chan_free(joins.to);
}

/* What a subscriber knows of the numbers that it should have received. */
struct tally {
    long received, last, missed;
};

/* Counts the number, and reports a gap before it. */
static void count(struct tally *t, long number)
{
    if (number > t->last + 1) {
        printf("missed %ld to %ld\n", t->last + 1, number - 1);
        t->missed += number - t->last - 1;
    }
    t->last = number;
}

/* Receives until the end message. Returns false if it has not come. */
static bool receive_all(chan(natsMsg *) numbers, struct tally *t)
{
    bool ended = false;
    for (natsMsg *m; !ended && chan_recv(numbers, &m);) {
        ended = strcmp(natsMsg_GetSubject(m), END) == 0;
        /* The end message names the last number, so a gap before it shows. */
        count(t, nats_number(m) + ended);
        t->received += !ended;
        natsMsg_Destroy(m);
    }
    return ended;
}

static bool subscribe(natsConnection *nc)
{
    struct waitgroup wg = {0};
    struct tally tally = {0};
    struct nats_receiver numbers = {nats_subscribe(nc, "numbers.*"),
                                    chan_make(natsMsg *, 0)};
    wg_go(&wg, nats_receive, numbers);
    nats_check(natsConnection_PublishString(nc, JOINED, ""), JOINED);
    puts("subscribed");

    bool ended = receive_all(numbers.to, &tally);
    printf("received %ld numbers, missed %ld%s\n", tally.received, tally.missed,
           ended ? "" : ", and no end came");

    nats_unsubscribe(numbers);
    wg_wait(&wg);
    natsSubscription_Destroy(numbers.from);
    chan_free(numbers.to);
    return ended;
}

/* ---- The program around it: options, input, report ---- */

int main(int argc, char **argv)
{
    int role = -1, n = 20;
    bool complete = true, outage = false;
    args(argc, argv, "nats-generator publish [NUMBERS] [--outage] | subscribe",
         arg_choice(&role, "publish", "subscribe"), arg_number(&n, 2, 1000000),
         opt_flag("outage", &outage));
    if (role < 0)
        args_misuse();
    natsConnection *nc = nats_open();
    if (role == 0)
        publish(nc, n, outage);
    else
        complete = subscribe(nc);
    nats_close(nc);
    return !complete;
}
