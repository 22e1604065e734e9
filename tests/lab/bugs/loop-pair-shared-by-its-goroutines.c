/* loop-pair-shared-by-its-goroutines -- Goroutines read the loop's variable, a pair
 * of texts, while the loop goes on.
 *
 * Class: non-blocking, Go-specific, captured variable
 * Structure of: moby 22941
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct pair {
    const char *request, *expected;
};

static struct pair current;

static void serve(void *arg)
{
    struct pair *p = arg;
    volatile char first = *p->request; /* BUG */
    (void)first;
}

int main(void)
{
    static const struct pair pairs[] = {{"GET /a", "a"}, {"GET /b", "b"}};
    struct waitgroup wg = {0};
    for (int i = 0; i < 2; i++) {
        current = pairs[i]; /* BUG */
#ifdef FIXED
        wg_go(&wg, serve, current);
#else
        wg_go(&wg, serve, &current);
#endif
    }
    wg_wait(&wg);
}
