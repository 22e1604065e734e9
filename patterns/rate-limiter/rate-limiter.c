/* rate-limiter -- allow a number of requests per second, and short bursts.
 *
 * A server allows one request every 20 ms. A ticker keeps this rate: wait for a
 * tick before each request. After a pause the server would also accept a burst
 * of requests. So a goroutine puts a token into a bucket at every tick, and each
 * request takes one. The capacity of the bucket is the largest burst.
 *
 *     client --requests--------------------.
 *                                          +--> send_all
 *     ticker --> refill --[bucket]--token--'
 *
 * Watch the requests after the pause: three at once, then one every 20 ms.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

enum { INTERVAL_MS = 20 };

/* Sends each request when it gets a token, and prints the times. Returns whether
 * the rate was kept: at any time there were `burst` requests at most, and one
 * more for each interval since the start. */
static bool send_all(chan(int) requests, chan(struct timespec) tokens,
                     int burst, long long start)
{
    bool kept = true;
    for (int n = 1; chan_recv(requests, NULL); n++) {
        chan_recv(tokens, NULL); /* waits until the request is allowed */
        long long at = now_ms() - start;
        printf(" %lld", at);
        kept = kept && n <= burst + at / INTERVAL_MS;
    }
    printf(" ms\n");
    return kept;
}

static bool steady(chan(int) requests)
{
    printf("steady:");
    long long start = now_ms();
    chan(struct timespec) tick = chan_tick_ms(INTERVAL_MS);
    bool kept = send_all(requests, tick, 0, start);
    chan_free(tick);
    return kept;
}

struct refill {
    chan(struct timespec) tick, bucket;
    chan(bool) quit;
};

static void refill(void *arg)
{
    const struct refill *r = arg;
    struct timespec token = {0}; /* Its value has no meaning. */
    for (size_t i = 0; i < chan_cap(r->bucket); i++)
        chan_send(r->bucket, token); /* The bucket is full at the start. */
    while (chan_select(chan_on_recv(r->tick, &token),
                       chan_on_recv(r->quit, NULL)) == 0)
        /* If the bucket is full the token is dropped. A send that blocks would
         * not see quit. */
        chan_select(chan_on_send(r->bucket, token), CHAN_DEFAULT);
}

static bool bursty(chan(int) requests, int burst)
{
    printf("bursty:");
    long long start = now_ms();
    struct waitgroup refilling = {0};
    struct refill r = {chan_tick_ms(INTERVAL_MS),
                       chan_make(struct timespec, burst), chan_make(bool, 0)};
    wg_go(&refilling, refill, r);
    bool kept = send_all(requests, r.bucket, burst, start);
    chan_close(r.quit);
    wg_wait(&refilling); /* The channels are not used any more. */
    chan_free(r.tick);
    chan_free(r.bucket);
    chan_free(r.quit);
    return kept;
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

enum { PAUSE_MS = 110 };

struct client {
    int n;
    chan(int) requests;
};

/* Makes n requests at once and, after a pause, another n. */
static void client(void *arg)
{
    const struct client *c = arg;
    for (int i = 0; i < 2 * c->n; i++) {
        if (i == c->n)
            sleep_ms(PAUSE_MS);
        chan_send(c->requests, i);
    }
    chan_close(c->requests);
}

/* Limits the requests of a client: steady if burst is 0. */
static bool limited(int n, int burst)
{
    struct waitgroup running = {0};
    struct client c = {n, chan_make(int, 0)};
    wg_go(&running, client, c);
    bool kept = burst == 0 ? steady(c.requests) : bursty(c.requests, burst);
    wg_wait(&running);
    chan_free(c.requests);
    return kept;
}

int main(int argc, char **argv)
{
    int which = -1, n = 5, burst = 3; /* which: steady is 0, bursty is 1 */
    args(argc, argv,
         "rate-limiter [steady | bursty] [REQUESTS [BURST]]"
         "    (1 to 1000: twice 5, 3)",
         arg_choice(&which, "steady", "bursty"), arg_number(&n, 1, 1000),
         arg_number(&burst, 1, 1000));
    bool kept = which == 1 || limited(n, 0);
    kept = (which == 0 || limited(n, burst)) && kept;
    puts(kept ? "no request was too early" : "a request was too early");
    return !kept;
}
