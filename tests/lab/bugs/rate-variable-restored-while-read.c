/* rate-variable-restored-while-read -- A test changes a global rate and restores it
 * while another test's loop reads it.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: etcd 8194
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static int revoke_rate = 1000;

static void loop(void *arg)
{
    chan(int) stop = arg;
    int revoked = 0;
    for (int i = 0; i < 3; i++) {
        revoked += revoke_rate / 2; /* BUG */
        (void)revoked;
        if (chan_select(chan_on_recv(stop, NULL), chan_on_timeout_ms(1)) == 0)
            return;
    }
}

static void test_pileup(void)
{
    int old = revoke_rate;
    revoke_rate = 10;  /* BUG */
    revoke_rate = old; /* BUG */
}

int main(void)
{
    struct waitgroup wg = {0};
    chan(int) stop = chan_make(int, 0);
#ifdef FIXED
    test_pileup();
#endif
    wg_go(&wg, loop, stop);
#ifndef FIXED
    test_pileup();
#endif
    chan_close(stop);
    wg_wait(&wg);
    chan_free(stop);
}
