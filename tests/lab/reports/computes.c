#include "chan.h"
#include <time.h>
static void worker(void *arg)
{
    chan_send((chan(int))arg, 1);
    while (clock() < 3 * CLOCKS_PER_SEC)
        ; /* three seconds of the processor's time */
}
int main(void)
{
    struct waitgroup wg = {0};
    chan(int) results = chan_make(int, 1);
    wg_go(&wg, worker, results);
    wg_wait(&wg);
    chan_free(results);
}
