/* buffering -- let a sender run ahead of its receiver.
 *
 * A send to an unbuffered channel blocks until the value is received. A channel
 * of capacity 2 has a buffer for two values that are sent but not yet received.
 * A send blocks only while the buffer is full.
 *
 *     capacity 0    sender ----> (no buffer) ----> receiver
 *     capacity 2    sender ----> ( 2 | 1 ) ------> receiver
 *
 * Watch how many values are sent before the receiver is ready: as many as the
 * buffer holds.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static void receiver(void *arg)
{
    chan(int) values = arg;
    sleep_ms(20);
    puts("receiver: ready");
    for (int n; chan_recv(values, &n);)
        printf("receiver: received %d\n", n);
}

static void send_values(int capacity, int last)
{
    chan(int) values = chan_make(int, capacity);
    struct waitgroup wg = {0};
    wg_go(&wg, receiver, values);
    for (int n = 1; n <= last; n++) {
        chan_send(values, n); /* Blocks while the buffer is full. */
        printf("sender: sent %d\n", n);
    }
    chan_close(values); /* The receiver still gets what is in the buffer. */
    wg_wait(&wg);
    chan_free(values);
}

/* Sends as many values as it can without blocking, with no receiver. */
static void fill(int capacity)
{
    chan(int) values = chan_make(int, capacity);
    int sent = 0;
    while (chan_select(chan_on_send(values, sent), CHAN_DEFAULT) == 0)
        sent++;
    printf("no receiver: %d sent, len %zu, cap %zu\n", sent, chan_len(values),
           chan_cap(values));
    chan_free(values); /* Drops the values that are still in the buffer. */
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    int capacity = args_number(argc, argv, "buffering [CAPACITY]", 2, 0, 1000);
    send_values(capacity, capacity + 2);
    fill(capacity);
    return 0;
}
