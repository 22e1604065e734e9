/* argument-of-go, fixed -- each goroutine gets a copy of its own.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct parcel {
    int number;
    const char *street;
};

static void deliver(void *arg)
{
    const struct parcel *p = arg;
    printf("parcel %d to %s\n", p->number, p->street);
}

int main(void)
{
    static const char *streets[] = {"Elm Street", "Mill Lane", "High Street"};
    struct waitgroup couriers = {0};

    for (int i = 0; i < 3; i++) {
        struct parcel p = {i + 1, streets[i]};
        wg_go(&couriers, deliver, p);
    }
    wg_wait(&couriers);
}
