/* pause -- philosophers whose pauses make a deadlock unlikely, not impossible.
 *
 *     pause          each takes its left fork, then its right one. Philosopher i begins
 *                    i * 10 ms later than the first, so in practice they never meet.
 *     pause started  main waits 10 ms before it starts the next philosopher
 *     pause joined   correct: main waits for them, and the sleeps stand for work only
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

enum { SEATS = 5, PAUSE_MS = 10 };

static pthread_mutex_t forks[SEATS];

static void eat(int first, int second)
{
    pthread_mutex_lock(&forks[first]);
    pthread_mutex_lock(&forks[second]);
    pthread_mutex_unlock(&forks[second]);
    pthread_mutex_unlock(&forks[first]);
}

static void dine(void *arg)
{
    int i = *(const int *)arg;
    eat(i, (i + 1) % SEATS);
}

static void dine_later(void *arg)
{
    int i = *(const int *)arg;
    sleep_ms(i * PAUSE_MS); /* pause */
    dine(arg);
}

static void dine_in_order(void *arg)
{
    int i = *(const int *)arg, next = (i + 1) % SEATS;
    sleep_ms(i * PAUSE_MS);
    eat(i < next ? i : next, i < next ? next : i);
    sleep_ms(PAUSE_MS);
}

int main(int argc, char **argv)
{
    struct waitgroup wg = {0};
    char how = argc > 1 ? argv[1][0] : 'p';
    for (int i = 0; i < SEATS; i++)
        pthread_mutex_init(&forks[i], NULL);
    for (int i = 0; i < SEATS && how == 'p'; i++)
        wg_go(&wg, dine_later, i);
    for (int i = 0; i < SEATS && how == 'j'; i++)
        wg_go(&wg, dine_in_order, i);
    for (int i = 0; i < SEATS && how == 's'; i++) {
        wg_go(&wg, dine, i);
        sleep_ms(PAUSE_MS); /* main sleeps */
    }
    wg_wait(&wg);
    return 0;
}
