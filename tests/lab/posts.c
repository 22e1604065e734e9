/* posts -- correct: semaphores, barriers, spinlocks, and threads and locks of C11.
 *
 *     posts           goroutines of the program wake each other
 *     posts handler   only a signal handler posts
 *     posts shared    only another process posts
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <semaphore.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <threads.h>

enum { ROUNDS = 20, THREADS = 3 };

static sem_t empty, full, posted;
static pthread_barrier_t barrier;
static pthread_spinlock_t spinlock;
static mtx_t mutex;
static cnd_t changed;
static once_flag once = ONCE_FLAG_INIT;
static int slot, sum, spun, serial, turn, prepared;

static void produce(void *arg)
{
    (void)arg;
    for (int i = 1; i <= ROUNDS; i++) {
        sem_wait(&empty);
        slot = i;
        sem_post(&full);
    }
}

static void consume(void *arg)
{
    (void)arg;
    for (int i = 1; i <= ROUNDS; i++) {
        sem_wait(&full);
        sum += slot;
        sem_post(&empty);
    }
}

static void prepare(void)
{
    prepared++;
}

static int take_turns(void *arg)
{
    int me = *(int *)arg;
    call_once(&once, prepare);
    for (int i = 0; i < ROUNDS; i++) {
        mtx_lock(&mutex);
        while (turn % THREADS != me)
            cnd_wait(&changed, &mutex);
        turn++;
        cnd_broadcast(&changed);
        mtx_unlock(&mutex);
        pthread_spin_lock(&spinlock);
        spun++;
        pthread_spin_unlock(&spinlock);
        if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
            serial++;
        thrd_yield();
    }
    return me;
}

static struct timespec soon(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_sec += t.tv_nsec >= 990000000;
    t.tv_nsec = (t.tv_nsec + 10000000) % 1000000000;
    return t;
}

static int timed(void)
{
    static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    struct timespec t = soon();
    int n = 0;
    n += sem_timedwait(&posted, &t) == -1 && errno == ETIMEDOUT;
    n += sem_trywait(&posted) == -1 && errno == EAGAIN;
    mtx_lock(&mutex);
    n += cnd_timedwait(&changed, &mutex, &t) == thrd_timedout;
    mtx_unlock(&mutex);
    n += pthread_rwlock_timedwrlock(&lock, &t) == 0;
    n += pthread_rwlock_tryrdlock(&lock) == EBUSY;
    n += pthread_rwlock_unlock(&lock) == 0;
    n += thrd_sleep(&(struct timespec){.tv_nsec = 1000000}, NULL) == 0;
    return n;
}

static void play(void)
{
    struct waitgroup wg = {0};
    thrd_t thread[THREADS];
    int who[THREADS], result, joined = 0;
    pthread_barrier_init(&barrier, NULL, THREADS);
    pthread_spin_init(&spinlock, PTHREAD_PROCESS_PRIVATE);
    mtx_init(&mutex, mtx_plain);
    cnd_init(&changed);
    wg_go(&wg, produce);
    wg_go(&wg, consume);
    for (int i = 0; i < THREADS; i++) {
        who[i] = i;
        thrd_create(&thread[i], take_turns, &who[i]);
    }
    for (int i = 0; i < THREADS; i++)
        joined += thrd_join(thread[i], &result) == thrd_success ? result : 9;
    wg_wait(&wg);
    printf("%d %d %d %d %d %d %d\n", sum, turn, spun, serial, joined, prepared,
           timed());
    cnd_destroy(&changed);
    mtx_destroy(&mutex);
}

static void post(int number)
{
    (void)number;
    sem_post(&posted);
}

static void wait_for_handler(void)
{
    signal(SIGALRM, post);
    alarm(1);
    while (sem_wait(&posted) != 0)
        continue;
    puts("posted");
}

static void wait_for_process(void)
{
    sem_t *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sem_init(shared, 1, 0);
    pid_t child = fork();
    if (child == 0) {
        usleep(30000);
        sem_post(shared);
        _exit(0);
    }
    sem_wait(shared);
    waitpid(child, NULL, 0);
    puts("posted");
}

int main(int argc, char **argv)
{
    sem_init(&empty, 0, 1);
    sem_init(&full, 0, 0);
    sem_init(&posted, 0, 0);
    if (argc > 1 && strcmp(argv[1], "handler") == 0)
        wait_for_handler();
    else if (argc > 1)
        wait_for_process();
    else
        play();
}
