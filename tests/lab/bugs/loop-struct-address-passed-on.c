/* loop-struct-address-passed-on -- Each goroutine gets the address of the struct that
 * the loop fills anew.
 *
 * Class: non-blocking, Go-specific, captured variable
 * Structure of: cockroach 35501
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct check {
    int table, column;
};

static void validate(void *arg)
{
    struct check *c = arg;
    volatile int n = c->table + c->column; /* BUG */
    (void)n;
}

int main(void)
{
    struct waitgroup wg = {0};
    struct check c;
    for (int i = 0; i < 3; i++) {
        c = (struct check){i, i + 1}; /* BUG */
#ifdef FIXED
        wg_go(&wg, validate, c);
#else
        wg_go(&wg, validate, &c);
#endif
    }
    wg_wait(&wg);
}
