/* holders -- a goroutine waits for a lock, and the report names the goroutine that holds it.
 *
 *     holders ended | self | reader | writer | once | early
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct waitgroup done;

static void keep_mutex(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&mutex); /* kept */
}

static void mutex_of_ended(void)
{
    wg_go(&done, keep_mutex);
    wg_wait(&done);
    pthread_mutex_lock(&mutex); /* ended */
}

static void mutex_of_itself(void)
{
    pthread_mutex_lock(&mutex); /* taken */
    pthread_mutex_lock(&mutex); /* again */
}

static void keep_reading(void *arg)
{
    (void)arg;
    pthread_rwlock_rdlock(&table); /* reads */
}

static void keep_writing(void *arg)
{
    (void)arg;
    pthread_rwlock_wrlock(&table); /* writes */
}

static void rwlock_of_reader(void)
{
    wg_go(&done, keep_reading);
    wg_wait(&done);
    pthread_rwlock_wrlock(&table); /* writer */
}

static void rwlock_of_writer(void)
{
    wg_go(&done, keep_writing);
    wg_wait(&done);
    pthread_rwlock_rdlock(&table); /* reader */
}

static chan(int) begun;

static void prepare(void)
{
    chan_send(begun, 1);
    chan_recv(chan_make(int, 0), NULL); /* receives */
}

static void needs_once(void *arg)
{
    (void)arg;
    pthread_once(&once, prepare); /* needs */
}

static void once_of_blocked(void)
{
    begun = chan_make(int, 0);
    go(needs_once); /* started */
    chan_recv(begun, NULL);
    pthread_once(&once, prepare); /* once */
}

static void signal_ready(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&mutex);
    pthread_cond_signal(&ready); /* signals */
    pthread_mutex_unlock(&mutex);
}

static void signal_before_wait(void)
{
    wg_go(&done, signal_ready);
    wg_wait(&done);
    pthread_mutex_lock(&mutex);
    for (;;) /* as a loop would, whose condition is false */
        pthread_cond_wait(&ready, &mutex); /* early */
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*f)(void);
    } cases[] = {{"ended", mutex_of_ended},    {"self", mutex_of_itself},
                 {"reader", rwlock_of_reader}, {"writer", rwlock_of_writer},
                 {"once", once_of_blocked},    {"early", signal_before_wait}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (argc > 1 && strcmp(argv[1], cases[i].name) == 0)
            cases[i].f();
    printf("not blocked\n");
}
