/* undone -- a way out of the function that forgets wg_done().
 *
 * Three are counted, two are done. The laboratory says what is left of the
 * count, where it was added, and who has been done.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct dive {
    int diver;
    struct waitgroup *away;
};

static void dive(void *arg)
{
    const struct dive *d = arg;
    if (d->diver == 2)
        return; /* forgot the mask, and to say so */
    wg_done(d->away);
}

int main(void)
{
    struct waitgroup away = {0};
    for (int i = 1; i <= 3; i++) {
        wg_add(&away, 1); /* added */
        go(dive, (struct dive){i, &away});
    }
    wg_wait(&away); /* main waits */
}
