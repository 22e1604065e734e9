#include "chan.h"
static void fetch(void *arg)
{
    chan(bool) slots = arg;
    chan_send(slots, true); /* a semaphore of one, which is never given back */
}
int main(void)
{
    struct waitgroup wg = {0};
    chan(bool) slots = chan_make(bool, 1);
    wg_go(&wg, fetch, slots);
    wg_go(&wg, fetch, slots);
    wg_wait(&wg);
}
