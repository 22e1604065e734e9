/* closed-by-two -- Two goroutines stop a server, and both close its channel.
 *
 * Class: further, channel misuse
 * Structure of: a stop function that is called twice
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct server {
    chan(int) stop;
    pthread_once_t once;
};

static struct server s = {.once = PTHREAD_ONCE_INIT};

static void close_stop(void)
{
    chan_close(s.stop); /* BUG */
}

static void stop(void *arg)
{
    (void)arg;
#ifdef FIXED
    pthread_once(&s.once, close_stop);
#else
    close_stop();
#endif
}

int main(void)
{
    struct waitgroup wg = {0};
    s.stop = chan_make(int, 0);
    wg_go(&wg, stop);
    wg_go(&wg, stop);
    wg_wait(&wg);
    chan_free(s.stop);
}
