#include "chan.h"
static void worker(void *arg)
{
    chan(int *) jobs = arg;
    int *job;
    chan_recv(jobs, &job); /* returns false: the channel is closed */
    *(volatile int *)job += 1;
}
int main(void)
{
    struct waitgroup wg = {0};
    chan(int *) jobs = chan_make(int *, 0);
    wg_go(&wg, worker, jobs);
    chan_close(jobs);
    wg_wait(&wg);
}
