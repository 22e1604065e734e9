/* done-channel -- one close, and every stage of a pipeline goes home.
 *
 * We look for a square that ends in 444, and the first one is enough. But when
 * it has come out of the pipeline, the stages are still at work on the next
 * ones, and would wait forever: the last for us, the others for each other.
 *
 *     numbers --> squares --> endings --> main
 *        ^           ^           ^          |
 *        '-----------+-----------+-- done --'  closed: go home
 *
 * Watch who ends first: it may be any of them, for all of them hear of it at
 * once. The last line counts them; nobody is left behind in a wait.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { NUMBERS = 1000, STAGES = 3 };

struct stage {
    chan(long) in, out;
    chan(bool) done;
    chan(const char *) ended;
    long ending;
};

/* A stage waits in two places. In each of them it listens to `done` as well,
 * and so there is no place where it can be forgotten. */
static bool recv_or_done(const struct stage *s, long *n)
{
    bool ok = false; /* and so it stays if we are done, or the stream ends */
    chan_select(chan_on_recv(s->in, n, &ok), chan_on_recv(s->done, NULL));
    return ok;
}

static bool send_or_done(const struct stage *s, long n)
{
    return chan_select(chan_on_send(s->out, n), /* the one, or the other */
                       chan_on_recv(s->done, NULL)) == 0;
}

static void numbers(void *arg)
{
    const struct stage *s = arg;
    for (long n = 1; n <= NUMBERS && send_or_done(s, n); n++)
        continue;
    chan_close(s->out); /* sent all or stopped early: this stream has ended */
    chan_send(s->ended, "numbers");
}

static void squares(void *arg)
{
    const struct stage *s = arg;
    for (long n; recv_or_done(s, &n);)
        if (!send_or_done(s, n * n))
            break;
    chan_close(s->out);
    chan_send(s->ended, "squares");
}

static void endings(void *arg)
{
    const struct stage *s = arg;
    long power = 10;
    while (power <= s->ending)
        power *= 10;
    for (long n; recv_or_done(s, &n);)
        if (n % power == s->ending && !send_or_done(s, n))
            break;
    chan_close(s->out);
    chan_send(s->ended, "endings");
}

int main(int argc, char **argv)
{
    long ending =
        args_number(argc, argv, "done-channel [ENDING]", 444, 1, 99999);
    chan(long) naturals = chan_make(long, 0);
    chan(long) squared = chan_make(long, 0);
    chan(long) found = chan_make(long, 0);
    chan(bool) done = chan_make(bool, 0);
    chan(const char *) ended = chan_make(const char *, STAGES);
    struct waitgroup stages = {0};
    wg_go(&stages, numbers,
          (struct stage){NULL, naturals, done, ended, ending});
    wg_go(&stages, squares,
          (struct stage){naturals, squared, done, ended, ending});
    wg_go(&stages, endings,
          (struct stage){squared, found, done, ended, ending});

    long square;
    if (chan_recv(found, &square))
        printf("%ld is a square, and ends in %ld\n", square, ending);
    else
        printf("none of %d squares ends in %ld\n", NUMBERS, ending);
    chan_close(done); /* to all of them, however many, wherever they wait */

    wg_wait(&stages);
    chan_close(ended);
    printf("ended:");
    int n = 0;
    for (const char *stage; chan_recv(ended, &stage); n++)
        printf(" %s", stage);
    printf("\n%d of %d stages have ended\n", n, STAGES);

    chan_free(naturals);
    chan_free(squared);
    chan_free(found);
    chan_free(done);
    chan_free(ended);
    return n != STAGES;
}
