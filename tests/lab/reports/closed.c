#include "chan.h"
static void source(void *arg)
{
    chan(int) numbers = arg;
    for (int i = 0; i < 2; i++)
        chan_send(numbers, i);
}
int main(void)
{
    chan(int) numbers = chan_make(int, 0);
    go(source, numbers);
    chan_recv(numbers, NULL);
    chan_close(numbers); /* the receiver closes */
    sleep_ms(100);
}
