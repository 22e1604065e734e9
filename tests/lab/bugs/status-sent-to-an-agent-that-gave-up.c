/* status-sent-to-an-agent-that-gave-up -- Processes report their exit to an agent
 * that has been cancelled.
 *
 * Class: blocking, communication, channel
 * Structure of: istio 17860
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct agent {
    chan(int) status, cancel;
};

static void process(void *arg)
{
    struct agent *a = arg;
    chan_send(a->status, 0); /* BUG */
}

static void run(void *arg)
{
    struct agent *a = arg;
    for (int active = 2; active > 0; active--)
        if (chan_select(chan_on_recv(a->status, NULL),
                        chan_on_recv(a->cancel, NULL)) == 1)
            return;
}

int main(void)
{
    struct waitgroup wg = {0};
#ifdef FIXED
    struct agent a = {chan_make(int, 2), chan_make(int, 0)};
#else
    struct agent a = {chan_make(int, 0), chan_make(int, 0)};
#endif
    wg_go(&wg, process, a);
    wg_go(&wg, process, a);
    wg_go(&wg, run, a);
    chan_close(a.cancel);
    wg_wait(&wg);
    chan_free(a.status);
    chan_free(a.cancel);
}
