/* flag-set-by-a-handler -- A server's handler sets a plain flag that the test reads.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: kubernetes 49404
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdatomic.h>

#ifdef FIXED
static atomic_bool called;
#else
static bool called;
#endif

static void handler(void *arg)
{
    (void)arg;
    called = true; /* BUG */
}

static void server(void *arg)
{
    struct waitgroup *wg = arg;
    wg_go(wg, handler);
    wg_done(wg);
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_add(&wg, 1);
    go(server, &wg);
    bool seen = called; /* BUG */
    (void)seen;
    wg_wait(&wg);
}
