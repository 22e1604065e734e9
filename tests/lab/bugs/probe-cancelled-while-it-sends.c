/* probe-cancelled-while-it-sends -- A monitor is stopped and does not receive the
 * result of its running probe.
 *
 * Class: blocking, communication, channel and context
 * Structure of: moby 33781
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct monitor {
    chan(int) stop;
};

struct probe {
    chan(int) result;
};

static void run_probe(void *arg)
{
    struct probe *p = arg;
    chan_send(p->result, 1); /* BUG */
}

static void monitor(void *arg)
{
    struct monitor *m = arg;
    struct waitgroup wg = {0};
#ifdef FIXED
    struct probe p = {chan_make(int, 1)};
#else
    struct probe p = {chan_make(int, 0)};
#endif
    wg_go(&wg, run_probe, p);
    chan_select(chan_on_recv(m->stop, NULL), chan_on_recv(p.result, NULL));
    wg_wait(&wg);
    chan_free(p.result);
}

int main(void)
{
    struct monitor m = {chan_make(int, 0)};
    struct waitgroup wg = {0};
    wg_go(&wg, monitor, m);
    chan_close(m.stop);
    wg_wait(&wg);
    chan_free(m.stop);
}
