#include "chan.h"
static void answer(void *arg)
{
    sleep_ms(20);
    chan_send((chan(int))arg, 42); /* too late: main has stopped waiting */
}
int main(void)
{
    chan(int) reply = chan_make(int, 0);
    go(answer, reply);
    chan_select(chan_on_recv(reply, NULL), chan_on_timeout_ms(10));
    sleep_ms(100);
}
