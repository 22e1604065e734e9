/* watcher-ends-without-closing-done -- A watcher returns early, and the channel that
 * says so is never closed.
 *
 * Class: blocking, communication, channel
 * Structure of: grpc 1424
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct dial {
    chan(int) addresses, done;
};

static void notify(void *arg)
{
    struct dial *d = arg;
    chan_close(d->addresses);
    chan_recv(d->done, NULL); /* BUG */
}

static void watch(void *arg)
{
    struct dial *d = arg;
    int n;
    while (chan_recv(d->addresses, &n)) {
        if (n > 0) {
            chan_close(d->done);
            return;
        }
    }
#ifdef FIXED
    chan_close(d->done);
#endif
}

int main(void)
{
    struct waitgroup wg = {0};
    struct dial d = {chan_make(int, 0), chan_make(int, 0)};
    wg_go(&wg, notify, d);
    wg_go(&wg, watch, d);
    wg_wait(&wg);
    chan_free(d.addresses);
    chan_free(d.done);
}
