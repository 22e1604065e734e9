/* refused by polling: it polls
 * Idea: a lock that is only tried cannot block. But the worker then tries again and again. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILES = 5, WORK_MS = 10 };

/* Each file has a lock. Worker i copies from file i to the next one, and needs both locks
 * meanwhile. The last worker copies to file 0. */
static pthread_mutex_t locks[FILES];
static atomic_int at_work, users[FILES];

struct worker {
    int id, copies;
};

static void copy_file(int id)
{
    int files[] = {id, (id + 1) % FILES};
    for (int i = 0; i < 2; i++)
        if (atomic_fetch_add(&users[files[i]], 1) > 0)
            printf("file %d is used by two workers at the same time\n",
                   files[i]);
    atomic_fetch_add(&at_work, 1);
    lab_sometimes(atomic_load(&at_work) == 2, "two workers at the same time");
    sleep_ms(WORK_MS); /* stands for the work */
    atomic_fetch_sub(&at_work, 1);
    for (int i = 0; i < 2; i++)
        atomic_fetch_sub(&users[files[i]], 1);
    printf("worker %d: copied file %d to file %d\n", id, id, (id + 1) % FILES);
}
static void worker(void *arg)
{
    const struct worker *self = arg;
    int from = self->id;
    int to = (self->id + 1) % FILES;
    for (int i = 0; i < self->copies; i++) {
        int first = from, second = to;
        for (;;) {
            pthread_mutex_lock(&locks[first]);
            if (pthread_mutex_trylock(&locks[second]) == 0)
                break;
            pthread_mutex_unlock(&locks[first]);
        }
        copy_file(self->id);
        pthread_mutex_unlock(&locks[second]);
        pthread_mutex_unlock(&locks[first]);
    }
}

int main(int argc, char **argv)
{
    struct waitgroup workers = {0};
    int copies = argc > 1 ? atoi(argv[1]) : 1;
    for (int i = 0; i < FILES; i++)
        pthread_mutex_init(&locks[i], NULL);
    for (int i = 0; i < FILES; i++)
        wg_go(&workers, worker, (struct worker){i, copies});
    wg_wait(&workers);
    puts("all files are copied");
}
