/* threads -- the threads of pthread_create() count like goroutines.
 *
 * Each of the two waits for a value of the other, and main for them.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static chan(int) to_a, to_b;

static void *a(void *arg)
{
    (void)arg;
    chan_recv(to_a, NULL); /* a waits */
    chan_send(to_b, 1);
    return NULL;
}

static void *b(void *arg)
{
    (void)arg;
    chan_recv(to_b, NULL); /* b waits */
    chan_send(to_a, 1);
    return NULL;
}

int main(void)
{
    pthread_t id;
    chan(int) done = chan_make(int, 0);
    to_a = chan_make(int, 0), to_b = chan_make(int, 0);
    pthread_create(&id, NULL, a, NULL); /* a started */
    pthread_detach(id);
    pthread_create(&id, NULL, b, NULL); /* b started */
    pthread_detach(id);
    chan_recv(done, NULL); /* main waits */
}
