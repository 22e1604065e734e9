/* It polls a channel for 200 ms and never blocks. */
#include "chan.h"

int main(void)
{
    chan(int) none = chan_make(int, 0);
    long long until = now_ms() + 200;
    while (now_ms() < until)
        chan_select(chan_on_recv(none, NULL), CHAN_DEFAULT);
    chan_free(none);
}
