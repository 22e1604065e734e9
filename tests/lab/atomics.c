/* atomics -- a load and a store are no increment, and a loop that spins ends.
 *
 *     atomics       two goroutines add 1 each. The sum is wrong if the second one runs
 *                   between the load and the store of the first one. The program then
 *                   exits with 1.
 *     atomics spin  correct: main spins until the goroutine has set a flag
 *     atomics lock  correct: both count under a spinlock made of an atomic_flag
 *     atomics flag  correct: a signal handler sets a flag
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdatomic.h>

enum { ROUNDS = 30 };

struct shared {
    atomic_int sum, done;
    atomic_flag busy;
    int guarded; /* by busy */
};

/* A member may have the name of an atomic operation. */
struct named {
    int atomic_load;
};

static volatile sig_atomic_t rang;
static atomic_bool told;

static void add(void *arg)
{
    struct shared *s = arg;
    int n = atomic_load(&s->sum); /* load */
    atomic_store(&s->sum, n + 1); /* store */
}

static void finish(void *arg)
{
    struct shared *s = arg;
    atomic_fetch_add_explicit(&s->sum, 1, memory_order_relaxed);
    atomic_store_explicit(&s->done, 1, memory_order_release);
}

static void count(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < ROUNDS; i++) {
        while (atomic_flag_test_and_set(&s->busy))
            ;
        s->guarded++;
        atomic_flag_clear(&s->busy);
    }
}

static int run_spin(struct shared *s)
{
    int zero = 0;
    go(finish, s);
    while (!atomic_load_explicit(&s->done, memory_order_acquire))
        ;
    while (!atomic_compare_exchange_weak(&s->done, &(int){1}, 2))
        ;
    bool swapped = atomic_compare_exchange_strong(&s->done, &zero, 3);
    return swapped || zero != 2 || atomic_exchange(&s->sum, 0) != 1;
}

static int run_lock(struct shared *s)
{
    struct waitgroup wg = {0};
    wg_go(&wg, count, s);
    wg_go(&wg, count, s);
    wg_wait(&wg);
    return s->guarded != 2 * ROUNDS;
}

static void ring(int number)
{
    rang = number;
    atomic_store(&told, true);
}

static int run_flag(void)
{
    signal(SIGUSR1, ring);
    chan(int) c = chan_make(int, 1);
    for (int i = 0; i < ROUNDS; i++) {
        raise(SIGUSR1);
        chan_send(c, i);
        chan_recv(c, NULL);
    }
    chan_free(c);
    return rang != SIGUSR1 || !atomic_load(&told);
}

int main(int argc, char **argv)
{
    struct named named = {.atomic_load = 0};
    struct shared s = {.busy = ATOMIC_FLAG_INIT};
    struct waitgroup wg = {0};
    if (argc > 1 && argv[1][0] == 's')
        return run_spin(&s);
    if (argc > 1 && argv[1][0] == 'l')
        return run_lock(&s);
    if (argc > 1)
        return run_flag();
    wg_go(&wg, add, &s);
    wg_go(&wg, add, &s);
    wg_wait(&wg);
    return atomic_load(&s.sum) != 2 + named.atomic_load;
}
