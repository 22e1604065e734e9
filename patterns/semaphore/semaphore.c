/* semaphore -- limit how many goroutines do something at the same time.
 *
 * Many requests come at once, but only three may be handled at the same time.
 * The buffered channel `slots` is a counting semaphore: its capacity is the
 * limit. A request sends a value to it before the work, and receives one after
 * the work. While `slots` is full, the send blocks.
 *
 *     request --.                    .--> work --.
 *     request --+--send--> [slots] --+--> work --+--> receive
 *     request --'                    '--> work --'
 *
 * Watch the number of running requests: it never exceeds the limit, and a
 * waiting request starts as soon as another one has ended.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct event {
    int request;
    bool starts; /* otherwise it ends */
};

struct request {
    int id;
    chan(bool) slots;
    chan(struct event) events;
};

static void request(void *arg)
{
    const struct request *r = arg;
    lab_name("request %d", r->id); /* in reports and pictures */

    chan_send(r->slots, true); /* acquire: blocks while all slots are taken */
    chan_send(r->events, (struct event){r->id, true});
    sleep_ms(10 * r->id); /* the work */
    chan_send(r->events, (struct event){r->id, false});
    chan_recv(r->slots, NULL); /* release: the value does not matter */
}

/* Starts all requests at once and prints when each starts and ends. Returns
 * whether at most `limit` requests were running at any time. */
static bool handle_all(int requests, int limit)
{
    chan(bool) slots = chan_make(bool, limit);
    chan(struct event) events = chan_make(struct event, 0);
    struct waitgroup handlers = {0};
    long long start = now_ms();
    for (int id = 1; id <= requests; id++)
        wg_go(&handlers, request, (struct request){id, slots, events});

    bool kept = true;
    for (int i = 0, running = 0; i < 2 * requests; i++) {
        struct event e;
        chan_recv(events, &e);
        running += e.starts ? 1 : -1;
        kept = kept && running <= limit;
        printf("%3lld ms: request %d %s, %d running\n", now_ms() - start,
               e.request, e.starts ? "starts" : "ends", running);
    }
    wg_wait(&handlers); /* The last request still has to release its slot. */
    chan_free(events);
    chan_free(slots);
    return kept;
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    int requests = 5, limit = 3;
    args(argc, argv,
         "semaphore [REQUESTS [LIMIT]]    (1 to 20, 1 to 200: 5, 3)",
         arg_number(&requests, 1, 20), arg_number(&limit, 1, 200));
    bool kept = handle_all(requests, limit);
    printf("%d requests, %s than %d at the same time\n", requests,
           kept ? "never more" : "but more", limit);
    return !kept;
}
