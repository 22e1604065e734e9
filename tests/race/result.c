/* result -- main reads what a goroutine computes: `result fixed` waits for it.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static void compute(void *arg)
{
    int *answer = arg;
    *answer = 6 * 7; /* written */
}

int main(int argc, char **argv)
{
    struct waitgroup wg = {0};
    int answer = 0;
    (void)argv;
    wg_go(&wg, compute, &answer); /* started */
    if (argc > 1)
        wg_wait(&wg);
    else
        sleep_ms(5);        /* long enough, today, on this machine */
    printf("%d\n", answer); /* read */
    wg_wait(&wg);
}
