#include "chan.h"
#include <signal.h>
static void worker(void *arg)
{
    for (int job; chan_recv((chan(int))arg, &job);)
        ;
}
int main(void)
{
    chan(int) jobs = chan_make(int, 0);
    go(worker, jobs);
    chan_send(jobs, 1);
    sleep_ms(10);
    kill(getpid(), SIGQUIT); /* as kill -QUIT does from another terminal */
    chan_close(jobs);
}
