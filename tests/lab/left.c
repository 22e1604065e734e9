/* left -- main's thread has ended, the goroutines go on, and then are stuck.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static void wait_for(void *arg)
{
    chan(int) never = arg;
    sleep_ms(20);           /* main has ended by now */
    chan_recv(never, NULL); /* waits */
}

int main(void)
{
    chan(int) never = chan_make(int, 0);
    go(wait_for, never); /* started */
    pthread_exit(NULL);
}
