/* done-channel -- stop all stages of a pipeline with one close.
 *
 * This program needs one square that ends in 444. When main has received it,
 * the stages still work on the next squares. Their sends would block forever,
 * because main receives no more. So main closes `done`, and each send and each
 * receive of a stage waits for this close as well.
 *
 *     generate --> square --> filter --> main
 *        ^           ^          ^          |
 *        '-----------+----------+-- done --'  closed: stop
 *
 * Watch in which order the stages return: it differs from run to run, because
 * the close wakes all of them at once. The number of stages does not differ.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

enum { NUMBERS = 1000, STAGES = 3 };

struct stage {
    chan(long) in, out;
    chan(bool) done;             /* nothing is sent, only closed */
    chan(const char *) returned; /* each stage sends its name */
    long ending;                 /* what filter looks for */
};

/* A stage blocks only in these two functions, so main can stop it anywhere.
 * They return false if the stage must stop. */
static bool recv_or_done(const struct stage *s, long *n)
{
    bool ok = false; /* It stays false if the select chooses done. */
    chan_select(chan_on_recv(s->in, n, &ok), chan_on_recv(s->done, NULL));
    return ok;
}

static bool send_or_done(const struct stage *s, long n)
{
    return chan_select(chan_on_send(s->out, n), /* case 0: n is sent */
                       chan_on_recv(s->done, NULL)) == 0;
}

static void generate(void *arg)
{
    const struct stage *s = arg;
    for (long n = 1; n <= NUMBERS && send_or_done(s, n); n++)
        continue;
    chan_close(s->out);
    chan_send(s->returned, "generate");
}

static void square(void *arg)
{
    const struct stage *s = arg;
    for (long n; recv_or_done(s, &n);)
        if (!send_or_done(s, n * n))
            break;
    chan_close(s->out); /* also when stopped: the next stage may wait for it */
    chan_send(s->returned, "square"); /* never blocks: a slot for each stage */
}

static void filter(void *arg)
{
    const struct stage *s = arg;
    long power = 10;
    while (power <= s->ending)
        power *= 10;
    for (long n; recv_or_done(s, &n);)
        if (n % power == s->ending && !send_or_done(s, n))
            break;
    chan_close(s->out);
    chan_send(s->returned, "filter");
}

/* Returns the first square with this ending, or 0 if there is none. Sends the
 * names of the stages to `returned`, which has a free slot for each. */
static long find(long ending, chan(const char *) returned)
{
    chan(long) numbers = chan_make(long, 0);
    chan(long) squares = chan_make(long, 0);
    chan(long) found = chan_make(long, 0);
    chan(bool) done = chan_make(bool, 0);
    struct waitgroup stages = {0};
    wg_go(&stages, generate, (struct stage){NULL, numbers, done, returned, 0});
    wg_go(&stages, square, (struct stage){numbers, squares, done, returned, 0});
    wg_go(&stages, filter,
          (struct stage){squares, found, done, returned, ending});

    long first;
    chan_recv(found, &first); /* 0 if found is closed */
    chan_close(done);         /* Every stage stops, wherever it blocks. */
    wg_wait(&stages);         /* No stage uses a channel any more. */
    chan_free(numbers);
    chan_free(squares);
    chan_free(found);
    chan_free(done);
    return first;
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    long ending =
        args_number(argc, argv, "done-channel [ENDING]", 444, 1, 99999);
    chan(const char *) returned = chan_make(const char *, STAGES);
    long first = find(ending, returned);
    if (first)
        printf("found %ld, the first square that ends in %ld\n", first, ending);
    else
        printf("none of %d squares ends in %ld\n", NUMBERS, ending);

    chan_close(returned);
    printf("stages returned:");
    int n = 0;
    for (const char *stage; chan_recv(returned, &stage); n++)
        printf(" %s", stage);
    printf("\n%d of %d stages have returned\n", n, STAGES);
    chan_free(returned);
    return n != STAGES;
}
