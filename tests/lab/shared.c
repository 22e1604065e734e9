/* shared -- correct: main waits for an object of several processes, and a child ends the wait.
 *
 *     shared mutex | rdlock | wrlock | cond | barrier
 *
 * The laboratory sees only one process, so it cannot know that nothing will end such a wait. The
 * child takes 200 ms of real time for its work, also under a seed. That gives the laboratory time
 * for a wrong report.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>

struct objects {
    pthread_mutex_t mutex;
    pthread_rwlock_t rwlock;
    pthread_cond_t cond;
    pthread_barrier_t barrier;
    bool changed;
};

static struct objects *shared;
static int ready[2]; /* a pipe: the child has what main will wait for */

static void make_objects(void)
{
    pthread_mutexattr_t mutex;
    pthread_rwlockattr_t rwlock;
    pthread_condattr_t cond;
    pthread_barrierattr_t barrier;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_init(&mutex);
    pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&shared->mutex, &mutex);
    pthread_rwlockattr_init(&rwlock);
    pthread_rwlockattr_setpshared(&rwlock, PTHREAD_PROCESS_SHARED);
    pthread_rwlock_init(&shared->rwlock, &rwlock);
    pthread_condattr_init(&cond);
    pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED);
    pthread_cond_init(&shared->cond, &cond);
    pthread_barrierattr_init(&barrier);
    pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(&shared->barrier, &barrier, 2);
}

static void has_begun(void)
{
    if (write(ready[1], "x", 1) != 1)
        _exit(1);
    (usleep)(200000); /* not redirected to virtual time */
}

static void hold_mutex(void)
{
    pthread_mutex_lock(&shared->mutex);
    has_begun();
    pthread_mutex_unlock(&shared->mutex);
}

static void wait_mutex(void)
{
    pthread_mutex_lock(&shared->mutex);
    pthread_mutex_unlock(&shared->mutex);
}

static void hold_rwlock(void)
{
    pthread_rwlock_wrlock(&shared->rwlock);
    has_begun();
    pthread_rwlock_unlock(&shared->rwlock);
}

static void wait_read(void)
{
    pthread_rwlock_rdlock(&shared->rwlock);
    pthread_rwlock_unlock(&shared->rwlock);
}

static void wait_write(void)
{
    pthread_rwlock_wrlock(&shared->rwlock);
    pthread_rwlock_unlock(&shared->rwlock);
}

static void change(void)
{
    has_begun();
    pthread_mutex_lock(&shared->mutex);
    shared->changed = true;
    pthread_cond_signal(&shared->cond);
    pthread_mutex_unlock(&shared->mutex);
}

static void wait_change(void)
{
    pthread_mutex_lock(&shared->mutex);
    while (!shared->changed)
        pthread_cond_wait(&shared->cond, &shared->mutex);
    pthread_mutex_unlock(&shared->mutex);
}

static void arrive_late(void)
{
    has_begun();
    pthread_barrier_wait(&shared->barrier);
}

static void arrive(void)
{
    pthread_barrier_wait(&shared->barrier);
}

static void play(void (*child)(void), void (*parent)(void))
{
    char c;
    int status;
    pid_t id = fork();
    if (id == 0) {
        child();
        _exit(0);
    }
    if (read(ready[0], &c, 1) == 1)
        parent();
    waitpid(id, &status, 0);
    puts(status == 0 ? "both went on" : "the child failed");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*child)(void), (*parent)(void);
    } cases[] = {{"mutex", hold_mutex, wait_mutex},
                 {"rdlock", hold_rwlock, wait_read},
                 {"wrlock", hold_rwlock, wait_write},
                 {"cond", change, wait_change},
                 {"barrier", arrive_late, arrive}};
    make_objects();
    if (pipe(ready) != 0)
        return 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (argc > 1 && strcmp(argv[1], cases[i].name) == 0)
            play(cases[i].child, cases[i].parent);
}
