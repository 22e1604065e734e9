/* mutex -- a sender holds a mutex that its receiver wants first.
 *
 * A cycle of a channel and a mutex. Either goroutine may have the mutex first.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static pthread_mutex_t till = PTHREAD_MUTEX_INITIALIZER;
static int money;

static void cashier(void *arg)
{
    chan(int) coins = arg;
    pthread_mutex_lock(&till);         /* cashier locks */
    for (int n; chan_recv(coins, &n);) /* cashier receives */
        money += n;
    pthread_mutex_unlock(&till);
}

int main(void)
{
    chan(int) coins = chan_make(int, 0);
    go(cashier, coins);        /* started */
    pthread_mutex_lock(&till); /* main locks */
    chan_send(coins, 5);       /* main sends */
    printf("%d\n", money);
    pthread_mutex_unlock(&till);
}
