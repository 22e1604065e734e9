/* field -- two fields, one mutex: `field fixed` locks it for both.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static struct account {
    pthread_mutex_t mutex;
    long balance; /* guarded by the mutex */
    long visits;  /* forgotten */
} account = {PTHREAD_MUTEX_INITIALIZER, 0, 0};

static void visit(void *arg)
{
    bool fixed = *(int *)arg > 1;
    if (!fixed)
        account.visits++; /* a race */
    pthread_mutex_lock(&account.mutex);
    account.balance += 10;
    if (fixed)
        account.visits++;
    pthread_mutex_unlock(&account.mutex);
}

int main(int argc, char **argv)
{
    struct waitgroup wg = {0};
    (void)argv;
    for (int i = 0; i < 4; i++)
        wg_go(&wg, visit, argc);
    wg_wait(&wg);
    printf("%ld after %ld visits\n", account.balance, account.visits);
}
