/* counter -- goroutines count together: `counter fixed` has one owner count.
 *
 * counted++ reads, adds and writes back. Two goroutines may read the same number,
 * and one of the two additions is lost.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static int counted;

static void count(void *arg)
{
    (void)arg;
    for (int i = 0; i < 1000; i++)
        counted++; /* a race */
}

static void say_one(void *arg)
{
    chan(int) sum = arg;
    for (int i = 0; i < 1000; i++)
        chan_send(sum, 1);
}

int main(int argc, char **argv)
{
    struct waitgroup wg = {0};
    (void)argv;
    if (argc == 1) {
        for (int i = 0; i < 3; i++)
            wg_go(&wg, count);
        wg_wait(&wg);
    } else {
        chan(int) sum = chan_make(int, 100);
        for (int i = 0; i < 3; i++)
            go(say_one, sum);
        for (int n, i = 0; i < 3000; i++) {
            chan_recv(sum, &n);
            counted += n;
        }
        chan_free(sum);
    }
    printf("%d\n", counted);
}
