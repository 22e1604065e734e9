/* two-semaphores-in-opposite-order -- Two goroutines take two semaphores in opposite
 * order.
 *
 * Class: further, other locks
 * Structure of: two semaphores
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <semaphore.h>

static sem_t a, b;
static int both;

static void use(sem_t *first, sem_t *second)
{
    sem_wait(first);
    sem_wait(second); /* BUG */
    both++;
    sem_post(second);
    sem_post(first);
}

static void one(void *arg)
{
    (void)arg;
    use(&a, &b);
}

static void other(void *arg)
{
    (void)arg;
#ifdef FIXED
    use(&a, &b);
#else
    use(&b, &a);
#endif
}

int main(void)
{
    struct waitgroup wg = {0};
    sem_init(&a, 0, 1);
    sem_init(&b, 0, 1);
    wg_go(&wg, one);
    wg_go(&wg, other);
    wg_wait(&wg);
    sem_destroy(&a);
    sem_destroy(&b);
}
