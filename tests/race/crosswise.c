/* crosswise -- two locks taken in opposite orders; with an argument in one order.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;

static void forwards(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&first);  /* holds the first */
    pthread_mutex_lock(&second); /* takes the second */
    pthread_mutex_unlock(&second);
    pthread_mutex_unlock(&first);
}

static void lock(pthread_mutex_t *m)
{
    pthread_mutex_lock(m); /* locks */
}

static void backwards(void *arg)
{
    (void)arg;
    lock(&second); /* holds the second */
    lock(&first);  /* takes the first */
    pthread_mutex_unlock(&first);
    pthread_mutex_unlock(&second);
}

int main(int argc, char **argv)
{
    (void)argv;
    struct waitgroup wg = {0};
    wg_go(&wg, forwards);
    wg_wait(&wg);
    wg_go(&wg, argc > 1 ? forwards : backwards);
    wg_wait(&wg);
}
