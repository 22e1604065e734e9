/* pause-instead-of-waiting -- A goroutine reads a configuration that another one
 * needs 2 ms to load, after 10 ms.
 *
 * Class: further, sleep as synchronization
 * Structure of: a start that takes longer than usual
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <assert.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int limit;

static void load(void *arg)
{
    chan(int) loaded = arg;
    sleep_ms(2);
    pthread_mutex_lock(&lock);
    limit = 5;
    pthread_mutex_unlock(&lock);
    chan_close(loaded);
}

int main(void)
{
    struct waitgroup wg = {0};
    chan(int) loaded = chan_make(int, 0);
    wg_go(&wg, load, loaded);
#ifdef FIXED
    chan_recv(loaded, NULL);
#else
    sleep_ms(10);
#endif
    pthread_mutex_lock(&lock);
    assert(limit == 5); /* BUG */
    pthread_mutex_unlock(&lock);
    wg_wait(&wg);
    chan_free(loaded);
}
