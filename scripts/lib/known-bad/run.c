/* It never ends. */
#include "chan.h"

int main(void)
{
    chan(struct timespec) never = chan_after_ms(3600000);
    chan_recv(never, NULL);
    chan_free(never);
}
