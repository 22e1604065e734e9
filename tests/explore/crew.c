/* Four workers of 20 ms each. With an argument each holds a lock meanwhile, so that they
 * work one after the other. */
#include "chan.h"
#include <stdio.h>

struct crew {
    pthread_mutex_t lock;
    bool locked;
    atomic_int busy;
};

static void work(void *arg)
{
    struct crew *c = arg;
    if (c->locked)
        pthread_mutex_lock(&c->lock);
    int busy = ++c->busy;
    lab_sometimes(busy == 2, "two workers at once");
    sleep_ms(20);
    c->busy--;
    if (c->locked)
        pthread_mutex_unlock(&c->lock);
}

int main(int argc, char **argv)
{
    struct crew crew = {.lock = PTHREAD_MUTEX_INITIALIZER, .locked = argc > 1};
    struct waitgroup all = {0};
    for (int i = 0; i < 4; i++)
        wg_go(&all, work, &crew);
    wg_wait(&all);
    if (argc > 2)
        lab_sometimes(*argv[2], "a line that is never reached");
    puts("done");
}
