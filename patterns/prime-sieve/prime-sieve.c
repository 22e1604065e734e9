/* prime-sieve -- a pipeline that grows as it runs, and shuts down cleanly.
 *
 * Numbers go through a chain of filters. Each filter drops the multiples of one
 * prime. A number that passes all filters is the next prime, so main adds a
 * filter for it at the end of the chain.
 *
 *     source --> filter 2 --> filter 3 --> filter 5 --> main
 *        ^                                               |
 *        '------------------stop, closed-----------------'
 *
 * Watch how it ends. main stops only the source. The source closes its channel,
 * and each filter ends when its input is closed and empty.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <limits.h>
#include <stdio.h>

struct source {
    chan(int) out;
    chan(bool) stop;
};

/* Sends 2, 3, 4 and so on, until it is stopped. */
static void source(void *arg)
{
    const struct source *s = arg;
    for (int n = 2; n < INT_MAX; n++) {
        int which =
            chan_select(chan_on_send(s->out, n), chan_on_recv(s->stop, NULL));
        if (which == 1)
            break;
    }
    chan_close(s->out);
}

struct filter {
    int prime;
    chan(int) in, out;
};

static void filter(void *arg)
{
    const struct filter *f = arg;
    lab_name("filter %d", f->prime); /* in reports and pictures */
    for (int n; chan_recv(f->in, &n);)
        if (n % f->prime != 0)
            chan_send(f->out, n);
    printf("filter %d ends\n", f->prime);
    chan_close(f->out); /* Now the next stage can end, too. */
    chan_free(f->in);   /* Its only sender has closed it. */
}

/* Prints the first n primes, with a filter for each. When it returns, all
 * filters and the source have returned. */
static void sieve(int n)
{
    struct waitgroup stages = {0};
    chan(bool) stop = chan_make(bool, 0);
    chan(int) last = chan_make(int, 0); /* the output of the last stage */
    wg_go(&stages, source, (struct source){last, stop});

    for (int i = 0; i < n; i++) {
        int prime;
        chan_recv(last, &prime);
        printf("prime %d\n", prime);
        chan(int) next = chan_make(int, 0);
        wg_go(&stages, filter, (struct filter){prime, last, next});
        last = next;
    }

    chan_close(stop);
    /* Receive the numbers that are still in the chain. Otherwise a filter
     * blocks in its send and never closes its channel. */
    while (chan_recv(last, NULL))
        continue;
    wg_wait(&stages);
    chan_free(last);
    chan_free(stop);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    sieve(args_number(argc, argv, "prime-sieve [PRIMES]", 6, 1, 10000));
    return 0;
}
