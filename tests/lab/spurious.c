/* spurious -- a wait for a condition with `if`, where `while` is needed.
 *
 * A wait may return without a signal. Then the consumer takes what is not there yet. With
 * `spurious while` the program is correct.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int items;

static void produce(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&mutex);
    items++;
    pthread_cond_signal(&filled);
    pthread_mutex_unlock(&mutex);
}

int main(int argc, char **argv)
{
    (void)argv;
    struct waitgroup wg = {0};
    wg_go(&wg, produce);
    pthread_mutex_lock(&mutex);
    if (argc == 1 && items == 0)
        pthread_cond_wait(&filled, &mutex); /* waits */
    while (argc > 1 && items == 0)
        pthread_cond_wait(&filled, &mutex);
    items--;
    bool wrong = items < 0;
    pthread_mutex_unlock(&mutex);
    wg_wait(&wg);
    return wrong;
}
