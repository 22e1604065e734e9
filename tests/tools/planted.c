/* planted.c -- one mistake in a goroutine, for a tool to find: planted MISTAKE.
 *
 * Without an argument it does the same without a mistake. fibers.bats compiles it.
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static const char *mistake = "";
static int shared;
static chan(int) never;
static struct waitgroup wg;

static bool is(const char *name)
{
    return strcmp(mistake, name) == 0;
}

static void adds(void *unused)
{
    (void)unused;
    for (int i = 0; i < 1000; i++)
        shared++;
}

/* Two goroutines of one worker write without any order between them. */
static void race(void)
{
    wg_go(&wg, adds);
    if (!is("race"))
        wg_wait(&wg);
    wg_go(&wg, adds);
    wg_wait(&wg);
}

static void writes(void *unused)
{
    (void)unused;
    volatile int values[4];
    volatile int n = is("overflow") ? 4 : 3;
    values[n] = 1;
}

static void loses(void *unused)
{
    (void)unused;
    volatile char *block = malloc(77);
    if (block)
        block[0] = 1;
    if (!is("leak"))
        free((void *)block);
}

/* Only the stack of this goroutine has the address. The goroutine still waits at exit. */
static void keeps(void *unused)
{
    (void)unused;
    volatile char *block = malloc(99);
    if (block)
        block[0] = 1;
    chan_recv(never, NULL);
    free((void *)block);
}

static void looks(void *unused)
{
    (void)unused;
    int *value = malloc(sizeof *value);
    chan(int) c = chan_make(int, 1);
    if (value && !is("unset"))
        *value = 1;
    chan_send(c, 1);
    if (value && *value == 5)
        puts("five");
    chan_free(c);
    free(value);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        mistake = argv[1];
    never = chan_make(int, 0);
    race();
    go(keeps);
    wg_go(&wg, writes);
    wg_go(&wg, loses);
    wg_go(&wg, looks);
    wg_wait(&wg);
    return 0;
}
