/* log-used-after-it-was-freed -- A test frees its log when it ends, and a goroutine
 * that it started still writes.
 *
 * Class: non-blocking, Go-specific, testing library
 * Structure of: serving 6171
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdlib.h>

struct test {
    int *log;
};

static void watcher(void *arg)
{
    struct test *t = arg;
    (*t->log)++; /* BUG */
}

static void test(struct waitgroup *wg)
{
    struct test t = {calloc(1, sizeof(int))};
    if (!t.log)
        abort();
    wg_go(wg, watcher, t);
#ifdef FIXED
    wg_wait(wg);
#endif
    free(t.log); /* BUG */
}

int main(void)
{
    struct waitgroup wg = {0};
    test(&wg);
    wg_wait(&wg);
}
