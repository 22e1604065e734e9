#include "chan.h"
static void prepare(void *arg)
{
    *(chan(int) *)arg = chan_make(int, 1);
}
int main(void)
{
    chan(int) jobs = NULL;
    go(prepare, &jobs);
    sleep_ms(10); /* long enough, on most days */
    chan_send(jobs, 1);
    chan_free(jobs);
}
