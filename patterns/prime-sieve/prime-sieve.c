/* prime-sieve -- a chain that grows while it runs, and comes to an end.
 *
 * Numbers fall through a chain of sieves. The first lets no multiple of 2
 * through, the next none of 3: what falls out at the bottom is a prime, since
 * no smaller prime divides it. For each prime we hang one more sieve below.
 *
 *     numbers --> sieve 2 --> sieve 3 --> sieve 5 --> main
 *        ^                                             |
 *        '---------------enough, closed----------------'
 *
 * Watch how it ends: main tells the top only. The end then falls through the
 * chain like a number, and each sieve takes down the channel above it.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <limits.h>
#include <stdio.h>

struct numbers {
    chan(int) out;
    chan(bool) enough;
};

/* The only one who would never stop, and so the only one who must be told. */
static void numbers(void *arg)
{
    const struct numbers *self = arg;
    for (int n = 2; n < INT_MAX; n++)
        if (chan_select(chan_on_send(self->out, n),
                        chan_on_recv(self->enough, NULL)) == 1)
            break;
    chan_close(self->out);
}

struct sieve {
    int prime;
    chan(int) in, out;
};

static void sieve(void *arg)
{
    const struct sieve *s = arg;
    for (int n; chan_recv(s->in, &n);)
        if (n % s->prime != 0)
            chan_send(s->out, n);
    chan_close(s->out); /* passes the end on, to the sieve below */
    chan_free(s->in);   /* whoever closed it was its only sender */
}

/* Lets the rest fall through, or the lowest sieve would be blocked in its send
 * forever, and the one above it, and so on up to the numbers. */
static void receive_the_rest(chan(int) bottom)
{
    while (chan_recv(bottom, NULL))
        continue;
}

int main(int argc, char **argv)
{
    int primes = args_number(argc, argv, "prime-sieve [PRIMES]", 10, 1, 10000);
    chan(bool) enough = chan_make(bool, 0);
    chan(int) bottom = chan_make(int, 0);
    struct waitgroup everyone = {0};
    wg_go(&everyone, numbers, (struct numbers){bottom, enough});

    for (int i = 0; i < primes; i++) {
        int prime;
        chan_recv(bottom, &prime);
        printf("%d\n", prime);
        chan(int) lower = chan_make(int, 0);
        wg_go(&everyone, sieve, (struct sieve){prime, bottom, lower});
        bottom = lower;
    }

    chan_close(enough);
    receive_the_rest(bottom);
    wg_wait(&everyone);
    chan_free(bottom);
    chan_free(enough);
    return 0;
}
