/* One select after the other takes from two channels with two values each. */
#include "chan.h"
#include <stdio.h>

int main(void)
{
    chan(int) a = chan_make(int, 2);
    chan(int) b = chan_make(int, 2);
    for (int i = 1; i <= 2; i++) {
        chan_send(a, i);
        chan_send(b, 10 * i);
    }
    for (int i = 0; i < 4; i++) {
        int v;
        bool ok;
        chan_select(chan_on_recv(a, &v, &ok), chan_on_recv(b, &v, &ok));
        printf("%d%s", v, i < 3 ? " " : "\n");
    }
    chan_free(a);
    chan_free(b);
}
