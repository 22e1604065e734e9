/* log-written-while-the-test-ends -- A goroutine logs into a test that ends and marks
 * itself as done.
 *
 * Class: non-blocking, Go-specific, testing library
 * Structure of: serving 4908
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct test {
    bool done;
    int lines;
};

static void check_destinations(void *arg)
{
    struct test *t = arg;
    if (!t->done) /* BUG */
        t->lines++;
}

static void run_test(struct test *t, struct waitgroup *wg)
{
    wg_go(wg, check_destinations, t);
#ifdef FIXED
    wg_wait(wg);
#endif
    t->done = true; /* BUG */
}

int main(void)
{
    struct waitgroup wg = {0};
    struct test t = {false, 0};
    run_test(&t, &wg);
    wg_wait(&wg);
}
