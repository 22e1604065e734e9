/* cycle -- two channels of capacity 1 as locks, taken in opposite order.
 *
 * Each philosopher has one fork and waits for the other's fork. A channel ensures
 * that both have taken their first fork before either takes the second, so the
 * deadlock happens in every run.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct place {
    chan(int) left, right, meet;
    struct waitgroup *wg;
};

static void first(void *arg)
{
    struct place *p = arg;
    chan_send(p->left, 1);
    chan_send(p->meet, 1);
    chan_send(p->right, 1); /* first waits */
}

static void second(void *arg)
{
    struct place *p = arg;
    chan_send(p->right, 2);
    chan_recv(p->meet, NULL);
    chan_send(p->left, 2); /* second waits */
}

int main(void)
{
    struct waitgroup wg = {0};
    struct place p = {chan_make(int, 1), chan_make(int, 1), chan_make(int, 0),
                      &wg};
    wg_go(&wg, first, p);  /* first started */
    wg_go(&wg, second, p); /* second started */
    wg_wait(&wg);          /* main waits */
}
