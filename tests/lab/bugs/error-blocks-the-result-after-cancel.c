/* error-blocks-the-result-after-cancel -- An error is passed on into a full channel
 * after the receiver has cancelled.
 *
 * Class: blocking, communication, channel and context
 * Structure of: kubernetes 25331
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct watch {
    chan(int) results, errors, cancel;
};

static void run(void *arg)
{
    struct watch *w = arg;
    int e;
    chan_recv(w->errors, &e);
#ifdef FIXED
    chan_select(chan_on_send(w->results, e), chan_on_recv(w->cancel, NULL));
#else
    chan_send(w->results, e); /* BUG */
#endif
}

static void stop(struct watch *w)
{
    chan_send(w->errors, 1);
    chan_close(w->cancel);
}

int main(void)
{
    struct watch w = {chan_make(int, 0), chan_make(int, 0), chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, run, w);
    stop(&w);
    wg_wait(&wg);
    chan_free(w.results);
    chan_free(w.errors);
    chan_free(w.cancel);
}
