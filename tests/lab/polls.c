/* polls -- a goroutine waits for a flag that no goroutine will set.
 *
 *     polls           it sleeps between its looks
 *     polls atomic    it spins
 *     polls volatile  it spins on a plain volatile, which the laboratory cannot see
 *     polls late      correct: it spins until another goroutine has slept 2,000 times
 *     polls clock     correct: it looks at the clock until two seconds are over
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static volatile bool flag;
static atomic_bool seen;

static void sleeps(void *arg)
{
    (void)arg;
    while (!flag)
        sleep_ms(1); /* sleeps */
}

static void spins(void *arg)
{
    bool plain = *(const bool *)arg;
    while (!plain && !atomic_load(&seen)) /* spins */
        ;
    chan(int) unused = chan_make(int, 1);
    chan_send(unused, 1); /* before */
    while (plain && !flag)
        ;
    chan_free(unused);
}

static void sets_late(void *arg)
{
    (void)arg;
    for (int i = 0; i < 2000; i++)
        sleep_ms(1);
    atomic_store(&seen, true);
}

static void watches(void *arg)
{
    (void)arg;
    for (long long end = now_ms() + 2000; now_ms() < end;)
        ;
}

int main(int argc, char **argv)
{
    struct waitgroup wg = {0};
    switch (argc > 1 ? argv[1][0] : 'p') {
    case 'a':
        wg_go(&wg, spins, false);
        break;
    case 'v':
        wg_go(&wg, spins, true);
        break;
    case 'l':
        wg_go(&wg, sets_late);
        wg_go(&wg, spins, false);
        break;
    case 'c':
        wg_go(&wg, watches);
        break;
    default:
        wg_go(&wg, sleeps);
    }
    wg_wait(&wg);
}
