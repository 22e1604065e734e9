/* daisy-chain -- how many goroutines can there be?
 *
 * N relays stand in a chain. Each relay is a goroutine that waits for a message
 * from the relay before it, adds a hop, and sends the message on.
 *
 *     main --0--> relay --1--> relay --2--> ... --> relay --N--> main
 *
 * Watch the second number: there are as many hops as relays. All relays exist
 * at the same time, but only one works. A relay that waits costs memory, and no
 * processor time.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdatomic.h>
#include <stdio.h>

/* How many relays have the message now, and the most that had it at once. */
static atomic_int working, most_working;

struct relay {
    chan(int) from, to;
};

static void relay(void *arg)
{
    const struct relay *r = arg;
    int hops;
    chan_recv(r->from, &hops);
    if (++working > most_working)
        most_working++;
    chan_free(r->from); /* It was made for this one message. */
    working--;
    chan_send(r->to, hops + 1);
}

/* Starts n relays that begin at `first`. Returns the channel of the last. */
static chan(int) start_chain(struct waitgroup *relays, int n, chan(int) first)
{
    chan(int) last = first;
    for (int i = 0; i < n; i++) {
        chan(int) next = chan_make(int, 0);
        /* If the system has no thread left, wg_go() panics and says so. */
        wg_go(relays, relay, (struct relay){last, next});
        last = next;
    }
    return last;
}

/* Sends one message through n relays. Returns the number of its hops. */
static int run_chain(int n)
{
    int hops;
    struct waitgroup relays = {0};

    long long began = now_ms();
    chan(int) first = chan_make(int, 0);
    chan(int) last = start_chain(&relays, n, first);

    long long started = now_ms();
    chan_send(first, 0);
    chan_recv(last, &hops);
    long long arrived = now_ms();

    wg_wait(&relays);
    chan_free(last); /* The relays have freed the other channels. */
    fprintf(stderr, "~ started in %lld ms, message took %lld ms\n",
            started - began, arrived - started);
    return hops;
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    int n = args_number(argc, argv, "daisy-chain [RELAYS]", 1000, 1, 10000000);
    int hops = run_chain(n);
    printf("%d relays, %d hops, at most %d relay at work\n", n, hops,
           most_working);
    return hops != n || most_working != 1;
}
