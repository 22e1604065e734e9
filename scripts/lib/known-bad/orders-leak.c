/* No goroutine receives from the sender, and main does not wait for it. */
#include "chan.h"

static void sender(void *arg)
{
    chan(int) values = arg;
    chan_send(values, 1);
}

int main(void)
{
    chan(int) values = chan_make(int, 0);
    go(sender, values);
}
