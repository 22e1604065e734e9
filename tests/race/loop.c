/* loop -- the loop's variable by address: `loop fixed` passes its value.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static void show(void *arg)
{
    const int *number = arg;
    printf("%d\n", *number); /* read */
}

int main(int argc, char **argv)
{
    struct waitgroup wg = {0};
    (void)argv;
    for (int i = 1; i <= 3; i++) /* written */
        if (argc > 1)
            wg_go(&wg, show, i);
        else
            wg_go(&wg, show, &i); /* started */
    wg_wait(&wg);
}
