/* joined -- main joins a thread that waits forever.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static void *wait_for(void *arg)
{
    chan(int) calls = arg;
    chan_recv(calls, NULL); /* waits */
    return NULL;
}

int main(void)
{
    pthread_t id;
    chan(int) calls = chan_make(int, 0);
    pthread_create(&id, NULL, wait_for, calls); /* started */
    pthread_join(id, NULL);                     /* main joins */
    chan_free(calls);
}
