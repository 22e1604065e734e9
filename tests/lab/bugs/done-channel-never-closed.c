/* done-channel-never-closed -- A poller runs until a done channel is closed, and no
 * goroutine closes it.
 *
 * Class: blocking, communication, channel
 * Structure of: kubernetes 70277
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct poll {
    chan(int) tick, done;
};

static void poller(void *arg)
{
    struct poll *p = arg;
    for (;;) {
        switch (chan_select(chan_on_send(p->tick, 1),
                            chan_on_recv(p->done, NULL))) { /* BUG */
        case 0:
            break;
        case 1:
            return;
        }
    }
}

static void wait_for(struct waitgroup *wg)
{
    struct poll p = {chan_make(int, 0), chan_make(int, 0)};
    wg_go(wg, poller, p);
    for (int i = 0; i < 2; i++)
        chan_recv(p.tick, NULL);
#ifdef FIXED
    chan_close(p.done);
    wg_wait(wg);
    chan_free(p.tick);
    chan_free(p.done);
#endif
}

int main(void)
{
    struct waitgroup wg = {0};
    wait_for(&wg);
    wg_wait(&wg);
}
