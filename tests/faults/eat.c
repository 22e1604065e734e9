/* eat -- takes channels, goroutines or a select until there are no more.
 *
 * Run it where the memory is limited (ulimit -v). Then the system itself refuses
 * memory, not a shim as in faults.c. Threads of waiting goroutines run meanwhile.
 *
 *     eat channels|goroutines|select
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static void wait_for_ever(void *arg)
{
    chan(int) none = NULL;
    (void)arg;
    chan_recv(none, NULL);
}

static void eat_goroutines(void)
{
    for (;;)
        go(wait_for_ever);
}

/* Global, so that the compiler cannot leave out an allocation that is not used. */
void *volatile last;

static void eat_channels(void)
{
    for (;;)
        last = chan_make(int, 1000);
}

/* As wide as no memory would do. */
static void eat_a_select(void)
{
    static struct chan_case cases[9];
    chan_select_array(cases, 1LL << 40);
}

int main(int argc, char **argv)
{
    const char *what = argc == 2 ? argv[1] : "";
    for (int i = 0; i < 3; i++)
        go(wait_for_ever);
    if (strcmp(what, "goroutines") == 0)
        eat_goroutines();
    if (strcmp(what, "channels") == 0)
        eat_channels();
    if (strcmp(what, "select") == 0)
        eat_a_select();
    fputs("usage: eat channels|goroutines|select\n", stderr);
    return 2;
}
