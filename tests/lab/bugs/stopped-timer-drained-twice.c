/* stopped-timer-drained-twice -- Two goroutines each want the one value of a timer
 * that has fired.
 *
 * Class: blocking, communication, channel and context
 * Structure of: istio 18454
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct worker {
    chan(int) timer, stop, done;
};

static void stop_timer(struct worker *w)
{
#ifdef FIXED
    chan_select(chan_on_recv(w->timer, NULL), CHAN_DEFAULT);
#else
    chan_recv(w->timer, NULL); /* BUG */
#endif
}

static void run(void *arg)
{
    struct worker *w = arg;
    if (chan_select(chan_on_recv(w->timer, NULL),
                    chan_on_recv(w->stop, NULL)) == 0)
        chan_recv(w->stop, NULL);
    stop_timer(w);
    chan_close(w->done);
}

int main(void)
{
    struct worker w = {chan_make(int, 1), chan_make(int, 0), chan_make(int, 0)};
    go(run, w);
    chan_send(w.timer, 1);
    chan_close(w.stop);
    chan_recv(w.done, NULL); /* BUG */
    chan_free(w.timer);
    chan_free(w.stop);
    chan_free(w.done);
}
