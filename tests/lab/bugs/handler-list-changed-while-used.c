/* handler-list-changed-while-used -- A test adds a handler to a list while a
 * controller goes through it.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: serving 3148
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct fake {
    pthread_mutex_t lock;
    int n;
    int handlers[4];
};

static void invoke(void *arg)
{
    struct fake *f = arg;
    int sum = 0;
#ifdef FIXED
    pthread_mutex_lock(&f->lock);
#endif
    for (int i = 0; i < f->n; i++) /* BUG */
        sum += f->handlers[i];     /* BUG */
    (void)sum;
#ifdef FIXED
    pthread_mutex_unlock(&f->lock);
#endif
}

static void prepend(struct fake *f)
{
    pthread_mutex_lock(&f->lock);
    f->handlers[f->n] = f->handlers[0];
    f->handlers[0] = 9; /* BUG */
    f->n++;             /* BUG */
    pthread_mutex_unlock(&f->lock);
}

int main(void)
{
    struct fake f = {PTHREAD_MUTEX_INITIALIZER, 1, {5}};
    struct waitgroup wg = {0};
    wg_go(&wg, invoke, &f);
    prepend(&f);
    wg_wait(&wg);
}
