/* wait-inside-the-loop-that-starts -- A loop counts all plugins first, and waits for
 * all of them after each start.
 *
 * Class: blocking, mixed, wait group misuse
 * Structure of: moby 25384
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

enum { PLUGINS = 3 };

static void start(void *arg)
{
    wg_done(arg);
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_add(&wg, PLUGINS);
    for (int i = 0; i < PLUGINS; i++) {
        go(start, &wg);
#ifndef FIXED
        wg_wait(&wg); /* BUG */
#endif
    }
    wg_wait(&wg);
}
