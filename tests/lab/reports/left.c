#include "chan.h"
static void worker(void *arg)
{
    chan(int) *c = arg;
    chan_recv(c[0], NULL); /* each waits for the other */
    chan_send(c[1], 1);
}
int main(void)
{
    chan(int) a = chan_make(int, 0), b = chan_make(int, 0);
    go(worker, (chan(int)[]){a, b});
    go(worker, (chan(int)[]){b, a});
    sleep_ms(100);
}
