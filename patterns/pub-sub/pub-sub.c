/* pub-sub -- send each message to all subscribers of a topic.
 *
 * A program publishes log records. The archive must have all of them, a slow
 * dashboard may miss some, and a console is attached only for a while. Each
 * subscriber has its own queue, and the publisher needs a policy for a full
 * queue: how long does it wait before it drops the copy for this subscriber?
 *
 *                  .--queue--> archive     never drop: wait for a free slot
 *     publisher ---+--queue--> dashboard   drop at once and count the drop
 *                  '--queue--> console     unsubscribes early
 *
 * Watch the gaps in what the dashboard received. Each dropped copy is counted,
 * and the dashboard never delays the archive.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <limits.h>
#include <stdio.h>

enum { MOST = 100 }; /* messages in a run */

/* What happened to a copy, in the order of the cases in publish(). */
enum { QUEUED, UNSUBSCRIBED, DROPPED, OUTCOMES };

/* A policy, for wait_ms: publish() waits until there is a free slot. */
#define NEVER_DROP LLONG_MAX

struct subscriber {
    const char *name;
    long long wait_ms; /* the policy: how long publish() waits for a slot */
    int work_ms;       /* the time that the subscriber needs for a message */
    int wants;         /* the number of messages after which it unsubscribes */
    chan(int) queue;   /* only the publisher sends to it and closes it */
    chan(bool) unsubscribed; /* no value is sent; the subscriber closes it */

    /* Written only by subscriber(). Others read them after wg_wait(). */
    int received, messages[MOST];

    /* Written only by the publisher. */
    int outcomes[OUTCOMES], unread;
};

struct topic {
    int count;
    struct subscriber *subscribers;
};

static void subscriber(void *arg)
{
    struct subscriber *s = arg;
    lab_name("%s", s->name);            /* in reports and pictures */
    defer(chan_close, s->unsubscribed); /* publish() stops waiting for s */
    for (int m; s->received < s->wants && chan_recv(s->queue, &m);) {
        s->messages[s->received++] = m;
        sleep_ms(s->work_ms);
    }
}

/* Only the goroutine that closes the queues may call it. */
static void publish(struct topic *topic, int message)
{
    for (int i = 0; i < topic->count; i++) {
        struct subscriber *s = &topic->subscribers[i];
        int outcome = chan_select(chan_on_send(s->queue, message),
                                  chan_on_recv(s->unsubscribed, NULL),
                                  chan_on_timeout_ms(s->wait_ms));
        s->outcomes[outcome]++;
    }
}

/* Call it when the subscriber has returned. */
static void release(struct subscriber *s)
{
    s->unread = (int)chan_len(s->queue); /* never received */
    chan_free(s->queue);
    chan_free(s->unsubscribed);
}

static void run(struct topic *topic, int messages)
{
    struct subscriber *first = topic->subscribers, *end = first + topic->count;
    struct waitgroup running = {0};
    for (struct subscriber *s = first; s < end; s++) {
        s->queue = chan_make(int, 1);
        s->unsubscribed = chan_make(bool, 0);
        wg_go(&running, subscriber, s);
    }
    for (int message = 1; message <= messages; message++) {
        sleep_ms(10); /* the time until the next record */
        publish(topic, message);
    }
    for (struct subscriber *s = first; s < end; s++)
        chan_close(s->queue); /* no more messages */
    wg_wait(&running);
    for (struct subscriber *s = first; s < end; s++)
        release(s);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

/* Returns how many copies are accounted for. */
static int report(const struct subscriber *s)
{
    printf("%s: received", s->name);
    for (int i = 0; i < s->received; i++)
        printf(" %d", s->messages[i]);
    printf(", %d dropped", s->outcomes[DROPPED]);
    int unread = s->outcomes[UNSUBSCRIBED] + s->unread;
    if (unread > 0)
        printf(", %d after it unsubscribed", unread);
    puts("");
    return s->received + s->outcomes[DROPPED] + unread;
}

int main(int argc, char **argv)
{
    int n = args_number(argc, argv, "pub-sub [MESSAGES]", 6, 1, MOST);
    struct subscriber subscribers[] = {
        {"archive", .wait_ms = NEVER_DROP, .wants = n},
        {"dashboard", .wait_ms = 0, .work_ms = 25, .wants = n},
        {"console", .wait_ms = NEVER_DROP, .wants = (n + 1) / 2},
    };
    struct topic topic = {sizeof subscribers / sizeof *subscribers,
                          subscribers};

    run(&topic, n);

    int copies = 0;
    for (int i = 0; i < topic.count; i++)
        copies += report(&subscribers[i]);
    bool all = copies == topic.count * n;
    printf("%d subscribers, %d messages: %s\n", topic.count, n,
           all ? "every copy accounted for" : "copies lost");
    return !all;
}
