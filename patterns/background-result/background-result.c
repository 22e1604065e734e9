/* background-result -- work in the background, fetch the result later.
 *
 * Counting a large file takes time that main could use. So main has it counted
 * in the background and gets a future: a channel on which the result will come.
 * It goes on with its own work, and receives when it needs the numbers.
 *
 *     main ---> own work ---> own work ---> receive ---> print
 *         \                                    ^
 *          go ---> count ---> send ---> [ the result ]
 *
 * Watch main go on at once, and the result lie ready until it is fetched.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>
#include <string.h>

#include "count.h"

struct count {
    struct part part;
    chan(struct counts) result;
};

static void count(void *arg)
{
    const struct count *c = arg;
    /* Bad news is sent too: without any answer, main would wait forever. */
    chan_send(c->result, count_part(c->part));
}

/* Returns at once, with the future: it will deliver the counts, one time. */
static chan(struct counts) count_later(struct part part, struct waitgroup *wg)
{
    /* Room for one: the result can wait there, so the counter need not, not
     * even for a main that never comes to fetch it. */
    chan(struct counts) result = chan_make(struct counts, 1);
    wg_go(wg, count, (struct count){.part = part, .result = result});
    return result;
}

/* Waits for the result, if it is not there yet. That uses the future up. */
static struct counts await(chan(struct counts) result)
{
    struct counts n;
    chan_recv(result, &n);
    chan_free(result);
    return n;
}

/* Two at once. Both are started before we wait for either: the other way round
 * the second would begin only when the first is done. */
static struct counts count_halves(const char *file, long long mid,
                                  struct waitgroup *wg)
{
    chan(struct counts) head = count_later((struct part){file, 0, mid}, wg);
    chan(struct counts) tail = count_later((struct part){file, mid, WHOLE}, wg);

    struct counts a = await(head), b = await(tail);
    return (struct counts){a.lines + b.lines, a.words + b.words,
                           a.bytes + b.bytes, a.error ? a.error : b.error};
}

/* Prints the line that wc prints, or what went wrong. */
static bool report(const char *name, struct counts n)
{
    int width = snprintf(NULL, 0, "%lld", n.bytes);
    if (n.error)
        fprintf(stderr, "background-result: %s: %s\n", name, strerror(n.error));
    else
        printf("%*lld %*lld %lld %s\n", width, n.lines, width, n.words, n.bytes,
               name);
    return !n.error;
}

int main(int argc, char **argv)
{
    const char *name = "sample.txt", *file = SAMPLES "sample.txt";
    int given = args(argc, argv, "background-result [FILE]", arg_text(&name));
    if (given == 1)
        file = name;
    if (strcmp(file, "-") == 0)
        args_misuse(); /* standard input could not be read twice */
    struct waitgroup wg = {0};

    chan(struct counts) whole = count_later((struct part){file, 0, WHOLE}, &wg);
    printf("%s is being counted in the background\n", name);
    for (int i = 1; i <= 3; i++) {
        sleep_ms(5);
        printf("main goes on with its own work: %d\n", i);
    }
    puts("now main needs the numbers:");
    struct counts n = await(whole);
    bool ok = report(name, n);

    if (ok && is_regular(file)) { /* a pipe gives its bytes only once */
        puts("both halves at once, added up:");
        ok = report(name, count_halves(file, n.bytes / 2, &wg));
    }
    wg_wait(&wg);
    return ok ? 0 : 1;
}
