/* late-result-after-timeout -- A result comes after its receiver's time limit, and
 * blocks the sender forever.
 *
 * main sleeps less than the work takes. So at the end the sender may still be at
 * work.
 *
 * Class: blocking, communication, channel
 * Structure of: kubernetes 5316
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct request {
    chan(int) result, error;
};

static void work(void *arg)
{
    struct request *r = arg;
    sleep_ms(2);
    if (r->error)
        chan_send(r->result, 1); /* BUG */
}

static void finish_request(struct request *r)
{
    chan_select(chan_on_recv(r->result, NULL), chan_on_recv(r->error, NULL),
                chan_on_timeout_ms(1));
}

int main(void)
{
    struct waitgroup wg = {0};
#ifdef FIXED
    struct request r = {chan_make(int, 1), chan_make(int, 1)};
#else
    struct request r = {chan_make(int, 0), chan_make(int, 0)};
#endif
    wg_go(&wg, work, r); /* BUG */
    finish_request(&r);
#ifdef FIXED
    wg_wait(&wg);
    chan_free(r.result);
    chan_free(r.error);
#endif
}
