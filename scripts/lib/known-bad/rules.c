/* wg_add inside the goroutine is too late: wg_wait may have returned before it. */
#include "chan.h"

static void worker(void *arg)
{
    struct waitgroup *workers = arg;
    wg_add(workers, 1);
    wg_done(workers);
}

int main(void)
{
    struct waitgroup workers = {0};
    go(worker, &workers);
    wg_wait(&workers);
}
