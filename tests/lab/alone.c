/* alone -- main waits for one more result than there are goroutines.
 *
 * All of them have ended by then. The results are buffered, so they end early or
 * late, and their threads are idle or have ended. All cases must be reported.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static void work(void *arg)
{
    chan(int) results = arg;
    chan_send(results, 1);
}

int main(void)
{
    chan(int) results = chan_make(int, 10);
    for (int i = 0; i < 3; i++)
        go(work, results);
    for (int i = 0; i < 4; i++)   /* one too many */
        chan_recv(results, NULL); /* main waits */
    chan_free(results);
}
