/* traffic -- correct: threads fall asleep and wake each other all the time.
 *
 * Circles of threads, crowds, selects and wait groups, with pauses of any length. Often
 * all threads are about to sleep, or have been woken and do not run yet.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

enum { RING = 5, ROUNDS = 40 };

struct place {
    chan(int) from, to;
};

static void pause_for(int us)
{
    usleep((useconds_t)us);
}

static void hand_on(void *arg)
{
    struct place *p = arg;
    for (int n; chan_recv(p->from, &n);) {
        pause_for(n % 7 * 20);
        chan_send(p->to, n + 1);
    }
    chan_close(p->to);
}

static void merge(void *arg)
{
    struct place *p = arg;
    for (int open = 2, n, ok[2] = {1, 1}; open > 0;) {
        bool more;
        int i = chan_select(chan_on_recv(p[0].from, &n, &more),
                            chan_on_recv(p[1].from, &n, &more));
        if (more) {
            chan_send(p->to, n);
        } else if (ok[i]) {
            ok[i] = 0;
            open--;
            p[i].from = NULL;
        }
    }
    chan_close(p->to);
}

static int ring(void)
{
    chan(int) links[RING + 1];
    int sum = 0;
    for (int i = 0; i <= RING; i++)
        links[i] = chan_make(int, i % 2);
    for (int i = 0; i < RING; i++)
        go(hand_on, (struct place){links[i], links[i + 1]});
    for (int n, i = 0; i < ROUNDS; i++) {
        chan_send(links[0], i);
        chan_recv(links[RING], &n);
        sum += n - i;
    }
    chan_close(links[0]);
    chan_recv(links[RING], NULL);
    for (int i = 0; i <= RING; i++)
        chan_free(links[i]);
    return sum;
}

static int crowd(void)
{
    chan(int) a = chan_make(int, 0), b = chan_make(int, 0);
    chan(int) in = chan_make(int, 0), out = chan_make(int, 2);
    struct place both[2] = {{a, out}, {b, out}};
    int sum = 0;
    go(merge, both);
    go(hand_on, (struct place){in, a});
    chan_close(b);
    for (int i = 0; i < ROUNDS; i++) {
        int n;
        chan_send(in, i);
        chan_recv(out, &n);
        sum += n;
    }
    chan_close(in);
    while (chan_recv(out, NULL))
        continue;
    chan_free(a);
    chan_free(b);
    chan_free(in);
    chan_free(out);
    return sum;
}

static void nap(void *arg)
{
    pause_for(*(int *)arg);
}

static void waits(void)
{
    struct waitgroup wg = {0};
    for (int i = 0; i < ROUNDS; i++) {
        wg_go(&wg, nap, i * 3);
        wg_go(&wg, nap, 0);
        if (i % 4 == 0)
            wg_wait(&wg);
    }
    wg_wait(&wg);
}

int main(void)
{
    int sum = ring() + crowd();
    waits();
    printf("%d\n", sum);
}
