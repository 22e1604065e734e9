#include "chan.h"
static void worker(void *arg)
{
    chan(int) *c = arg; /* jobs and results */
    for (int job; chan_recv(c[0], &job);)
        chan_send(c[1], job * job);
}
int main(void)
{
    chan(int) c[2] = {chan_make(int, 0), chan_make(int, 0)};
    go(worker, c);
    for (int job = 1; job <= 3; job++)
        chan_send(c[0], job); /* and no goroutine receives the results */
}
