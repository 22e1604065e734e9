/* pub-sub -- a copy for every subscriber, and a rule for the slow one.
 *
 * A newspaper puts a copy of every issue into the box of every reader. If a box
 * is full there must be a rule, or one slow reader holds up the whole town: how
 * long do we wait for this one? And whoever leaves must not be waited for.
 *
 *                    .--box--> ann    we wait for her as long as it takes
 *     main --issues--+--box--> bob    he is slow, and we don't wait for him
 *                    '--box--> cat    leaves early, and says so: gone
 *
 * Watch bob's gaps: nobody waits for him, and what he missed is counted. Ann
 * gets every issue, and so does cat until she leaves.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <limits.h>
#include <stdio.h>

enum { READERS = 3, MOST = 100 };
enum { DELIVERED, LEFT, MISSED, OUTCOMES }; /* as the cases below */

struct reader {
    const char *name;
    long long patience_ms; /* how long we wait when his box is full */
    int reads_ms, leaves_after;
    chan(int) box;
    chan(bool) gone;
    int read, issues[MOST]; /* his own notes */
    int outcomes[OUTCOMES]; /* the publisher's */
};

static void reader(void *arg)
{
    struct reader *r = arg;
    defer(chan_close, r->gone); /* never leave without a word */

    while (r->read < r->leaves_after &&
           chan_recv(r->box, &r->issues[r->read])) {
        r->read++;
        sleep_ms(r->reads_ms);
    }
}

/* The policy is one number. And nobody waits for one who has left. */
static void deliver(struct reader *r, int issue)
{
    int outcome =
        chan_select(chan_on_send(r->box, issue), chan_on_recv(r->gone, NULL),
                    chan_on_timeout_ms(r->patience_ms));
    r->outcomes[outcome]++;
}

static void publish(struct reader readers[], int issues)
{
    for (int issue = 1; issue <= issues; issue++) {
        sleep_ms(10); /* it must be printed first */
        for (int i = 0; i < READERS; i++)
            deliver(&readers[i], issue);
    }
    for (int i = 0; i < READERS; i++)
        chan_close(readers[i].box); /* we alone send to it */
}

/* Returns how many copies are accounted for. */
static int report(const struct reader *r)
{
    printf("%s read", r->name);
    for (int i = 0; i < r->read; i++)
        printf(" %d", r->issues[i]);
    printf(" and missed %d", r->outcomes[MISSED]);
    /* The last one may lie in the box of somebody who has just left. */
    int left = r->outcomes[LEFT] + (int)chan_len(r->box);
    if (left > 0)
        printf(", and left before the other %d", left);
    puts("");
    return r->read + r->outcomes[MISSED] + left;
}

int main(int argc, char **argv)
{
    int n = args_number(argc, argv, "pub-sub [ISSUES]", 6, 1, MOST);
    int copies = 0;
    struct reader readers[READERS] = {
        {"ann", .patience_ms = LLONG_MAX, .leaves_after = n},
        {"bob", .patience_ms = 0, .reads_ms = 25, .leaves_after = n},
        {"cat", .patience_ms = LLONG_MAX, .leaves_after = (n + 1) / 2},
    };
    struct waitgroup wg = {0};
    for (int i = 0; i < READERS; i++) {
        readers[i].box = chan_make(int, 1);
        readers[i].gone = chan_make(bool, 0);
        wg_go(&wg, reader, &readers[i]);
    }

    publish(readers, n);
    wg_wait(&wg);

    for (int i = 0; i < READERS; i++) {
        copies += report(&readers[i]);
        chan_free(readers[i].box);
        chan_free(readers[i].gone);
    }
    printf("%d copies, %s\n", READERS * n,
           copies == READERS * n ? "none lost" : "some lost");
    return copies != READERS * n;
}
