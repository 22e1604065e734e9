/* broken -- three workers take two locks each. In most orders all of them come through. */
#include "chan.h"

#include <stdio.h>

struct worker {
    const char *name;
    pthread_mutex_t *first, *second;
};

static void worker(void *arg)
{
    const struct worker *self = arg;
    lab_name("%s", self->name); /* in reports and in scripts/step */
    pthread_mutex_lock(self->first);
    pthread_mutex_lock(self->second);
    printf("%s has both locks\n", self->name);
    pthread_mutex_unlock(self->second);
    pthread_mutex_unlock(self->first);
}

int main(void)
{
    struct waitgroup workers = {0};
    pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_t b = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_t c = PTHREAD_MUTEX_INITIALIZER;
    wg_go(&workers, worker, (struct worker){"ab", &a, &b});
    wg_go(&workers, worker, (struct worker){"bc", &b, &c});
    wg_go(&workers, worker, (struct worker){"ca", &c, &a});
    wg_wait(&workers);
    puts("all workers have returned");
}
