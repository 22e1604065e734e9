/* sleep-as-sync, broken -- wait a little longer than it takes.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct loaf {
    chan(int) oven; /* with room for one */
    bool baked;
};

static void bake(void *arg)
{
    struct loaf *l = arg;
    chan_send(l->oven, 1);
    sleep_ms(10); /* in the oven */
    l->baked = true;
    chan_recv(l->oven, NULL);
}

int main(void)
{
    chan(int) oven = chan_make(int, 1);
    struct loaf bread = {.oven = oven}, cake = {.oven = oven};
    go(bake, &bread);
    go(bake, &cake);

    sleep_ms(15); /* it takes 10, so by now the bread is done */
    puts(bread.baked ? "the bread is done" : "the bread is raw");
    bool raw = !bread.baked;

    sleep_ms(50); /* and by now the cake is */
    chan_free(oven);
    return raw;
}
