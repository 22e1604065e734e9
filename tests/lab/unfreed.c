/* unfreed -- channels that are never freed, which only CHAN_LEAKS=1 reports.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

int main(void)
{
    chan(double) prices = chan_make(double, 4);    /* prices made */
    chan(struct timespec) bell = chan_after_ms(1); /* bell made */
    chan(int) freed = chan_make(int, 1);
    chan_send(prices, 9.99);
    chan_recv(bell, NULL);
    chan_free(freed);
}
