/* background-result -- run work in the background and receive its result later.
 *
 * Counting a large file takes time in which main can do something else. So main
 * starts a goroutine that counts, and gets a channel on which the result will
 * come. Such a channel is called a future. main does its own work, and receives
 * from the channel when it needs the result.
 *
 *     main ---> own work ---> own work ---> receive ---> print
 *         \                                    ^
 *          go ---> count ---> send ---> [ the result ]
 *
 * Watch main go on at once, and the result stay in the channel until main
 * receives it.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

#include "count.h"

struct count {
    struct part part;
    chan(struct counts) result;
};

static void count(void *arg)
{
    const struct count *c = arg;
    /* An error is a result too: without any result, main would wait forever. */
    chan_send(c->result, count_part(c->part));
}

/* Starts to count the part, and returns the future at once. */
static chan(struct counts) start_count(struct part part, struct waitgroup *wg)
{
    /* The result can wait in the buffer. So the send in count() never blocks,
     * even if the result is never received. */
    chan(struct counts) result = chan_make(struct counts, 1);
    wg_go(wg, count, (struct count){.part = part, .result = result});
    return result;
}

/* Blocks until the result is there. Call it once for each future. */
static struct counts await(chan(struct counts) result)
{
    struct counts n;
    chan_recv(result, &n);
    chan_free(result);
    return n;
}

static void own_work(void)
{
    for (int i = 1; i <= 3; i++) {
        sleep_ms(5); /* stands for the work */
        printf("main: own work %d\n", i);
    }
}

static struct counts count_and_work(const char *file)
{
    struct waitgroup wg = {0};
    chan(struct counts) result = start_count((struct part){file, 0, END}, &wg);
    own_work();
    puts("main: needs the result");
    struct counts n = await(result);
    wg_wait(&wg); /* count() has sent, but may not have returned. */
    return n;
}

/* Counts two halves in parallel. Both are started before main waits for either:
 * otherwise the second would start only after the first is finished. */
static struct counts count_halves(const char *file, long long mid)
{
    struct waitgroup wg = {0};
    chan(struct counts) head = start_count((struct part){file, 0, mid}, &wg);
    chan(struct counts) tail = start_count((struct part){file, mid, END}, &wg);
    struct counts a = await(head), b = await(tail);
    wg_wait(&wg);
    return (struct counts){a.lines + b.lines, a.words + b.words,
                           a.bytes + b.bytes, a.error ? a.error : b.error};
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

#include <string.h>

/* Prints the line that wc prints, or the error. */
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
        args_misuse(); /* Standard input cannot be read twice. */

    printf("main: counts %s in the background\n", name);
    struct counts n = count_and_work(file);
    bool ok = report(name, n);
    if (ok && is_regular(file)) { /* A pipe can be read only once. */
        puts("main: counts two halves in parallel");
        ok = report(name, count_halves(file, n.bytes / 2));
    }
    return ok ? 0 : 1;
}
