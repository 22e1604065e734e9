/* copied-waitgroup, fixed -- all have the address of the only one.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct diver {
    const char *name;
    struct waitgroup *away;
};

static void dive(void *arg)
{
    const struct diver *d = arg;
    sleep_ms(10);
    printf("%s is back\n", d->name);
    wg_done(d->away);
}

int main(void)
{
    struct waitgroup away = {0};

    wg_add(&away, 1);
    go(dive, (struct diver){"ann", &away});

    wg_wait(&away);
    puts("the boat leaves");
}
