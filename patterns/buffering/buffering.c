/* buffering -- how far a sender gets ahead of its receiver.
 *
 * Without a buffer a send waits for its receive: the two meet. With room for
 * two, two values queue while the sender goes on. Only when the buffer is full
 * does it wait, and by then it holds the next value.
 *
 *     capacity 0    sender ---> (no room) ---> receiver    they meet
 *     capacity 2    sender ---> ( b | a ) ---> receiver    a lead
 *
 * Watch how far ahead the sender is whenever it has to wait.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

/* Nobody receives here: into a full buffer, a plain send would wait forever. So
 * we only try. The default is taken as soon as a send would have to wait. */
static void fill(int capacity)
{
    chan(int) c = chan_make(int, capacity);
    int sent = 0;
    while (chan_select(chan_on_send(c, sent), CHAN_DEFAULT) == 0)
        sent++;
    printf("  capacity %d: %d sent, len %zu, cap %zu\n", capacity, sent,
           chan_len(c), chan_cap(c));
    chan_free(c); /* the values still in it are dropped */
}

struct produce {
    int upto;
    chan(int) holds;
    chan(int) out;
};

static void produce(void *arg)
{
    const struct produce *p = arg;
    for (int n = 1; n <= p->upto; n++) {
        chan_send(p->holds, n); /* tells what we hold now; has room for all */
        chan_send(p->out, n);   /* waits whenever the buffer is full */
    }
    chan_close(p->holds);
    chan_close(p->out);
}

/* Takes a value only when the sender can't go on. Returns its largest lead. */
static int consume(int capacity)
{
    int upto = capacity + 3, in_hand, taken = 0, most = 0;
    struct waitgroup producer = {0};
    chan(int) holds = chan_make(int, upto);
    chan(int) values = chan_make(int, capacity);
    wg_go(&producer, produce, (struct produce){upto, holds, values});

    while (chan_recv(holds, &in_hand)) {
        if (in_hand - taken <= capacity)
            continue; /* there is room for it: the next comes by itself */
        sleep_ms(5);  /* the sender has time to go further, if only it could */
        int ahead = in_hand + (int)chan_len(holds) - taken;
        most = ahead > most ? ahead : most;
        printf("  %d taken, %zu queued, number %d in hand: %d ahead\n", taken,
               chan_len(values), in_hand, ahead);
        chan_recv(values, &taken); /* the values are numbers, in order */
    }
    while (chan_recv(values, NULL))
        ; /* closed, and yet all that is queued still comes */
    wg_wait(&producer);
    chan_free(values);
    chan_free(holds);
    return most;
}

int main(int argc, char **argv)
{
    int capacity = args_number(argc, argv, "buffering [CAPACITY]", 2, 0, 1000);

    puts("main alone, sending until it would have to wait");
    fill(0);
    fill(capacity);

    puts("a receiver that takes its time, capacity 0");
    bool kept = consume(0) <= 1;
    printf("a receiver that takes its time, capacity %d\n", capacity);
    kept = consume(capacity) <= capacity + 1 && kept;

    printf("never more than capacity + 1 ahead: %s\n", kept ? "yes" : "no");
    return 0;
}
