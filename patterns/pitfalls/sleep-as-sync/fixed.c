/* sleep-as-sync, fixed -- whoever waits is told.
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
    struct waitgroup breads = {0}, cakes = {0};
    chan(int) oven = chan_make(int, 1);
    struct loaf bread = {.oven = oven}, cake = {.oven = oven};
    wg_go(&breads, bake, &bread);
    wg_go(&cakes, bake, &cake);

    wg_wait(&breads); /* as long as it takes */
    puts(bread.baked ? "the bread is done" : "the bread is raw");
    bool raw = !bread.baked;

    wg_wait(&cakes);
    chan_free(oven);
    return raw;
}
