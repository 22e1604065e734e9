/* order -- what does not order two goroutines: `order CASE`.
 *
 * With `order CASE fixed` they are ordered.
 *
 * In each case two goroutines write x. The memory model of chan.h does not order the two writes,
 * although the channel's own lock, or chance, puts one after the other in most runs.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>
#include <string.h>

static int x;
static bool fixed;
static chan(int) c;
static struct waitgroup both;

/* Waits until n values are in c. chan_len() orders nothing. */
static void until_full(size_t n)
{
    while (chan_len(c) < n)
        sleep_ms(1);
}

/* A value in the buffer orders nothing before it is received. */
static void len_first(void *arg)
{
    (void)arg;
    x = 1;
    chan_send(c, 1);
}

static void len_second(void *arg)
{
    (void)arg;
    until_full(1);
    if (fixed)
        chan_recv(c, NULL);
    x = 2;
}

/* A semaphore for two is no mutex. */
static void semaphore(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++) {
        chan_send(c, 1);
        x++;
        chan_recv(c, NULL);
        sleep_ms(1);
    }
}

/* A close is ordered before the receive that it ends, and not after it. */
static void close_first(void *arg)
{
    (void)arg;
    x = 1;
    chan_recv(c, NULL);
}

static void close_second(void *arg)
{
    (void)arg;
    sleep_ms(5); /* now the receive waits */
    if (fixed)
        chan_send(c, 1);
    else
        chan_close(c);
    x = 2;
}

/* With a buffer a send does not wait for its receive. */
static void receive_first(void *arg)
{
    (void)arg;
    x = 1;
    chan_recv(c, NULL);
}

static void receive_second(void *arg)
{
    (void)arg;
    sleep_ms(5);
    chan_send(c, 1);
    if (fixed)
        chan_send(c, 2); /* completes after the first receive */
    x = 2;
}

/* Two senders of one channel. */
static void senders_first(void *arg)
{
    (void)arg;
    x = 1;
    chan_send(c, 1);
}

static void senders_second(void *arg)
{
    (void)arg;
    until_full(1);
    chan_send(c, 2);
    if (fixed)
        chan_recv(c, NULL);
    x = 2;
}

/* A receive from a full buffer is not ordered after the sender that waits for it. */
static void full_first(void *arg)
{
    (void)arg;
    chan_send(c, 1);
    x = 1;
    chan_send(c, 2);
}

static void full_second(void *arg)
{
    (void)arg;
    until_full(1);
    sleep_ms(5); /* now the second send waits */
    chan_recv(c, NULL);
    if (fixed)
        chan_recv(c, NULL);
    x = 2;
}

/* A pair that meets in an unbuffered channel is not ordered after the pair before. */
static void pairs_first(void *arg)
{
    (void)arg;
    x = 1;
    chan_send(c, 1);
    sleep_ms(20);
}

static void pairs_second(void *arg)
{
    (void)arg;
    sleep_ms(10); /* the pair before has met */
    chan_send(c, 2);
    x = 2;
}

static void pairs_receive(void *arg)
{
    (void)arg;
    chan_recv(c, NULL);
    if (fixed)
        chan_recv(c, NULL);
}

/* wg_done() is ordered before wg_wait(), and not before another wg_done(). */
static void done_first(void *arg)
{
    (void)arg;
    x = 1;
    wg_done(&both);
}

static void done_second(void *arg)
{
    (void)arg;
    sleep_ms(5);
    wg_done(&both);
    if (fixed)
        wg_wait(&both);
    x = 2;
}

/* A goroutine that has ended is ordered before nothing, though its thread may be used again. */
static void ended(void *arg)
{
    (void)arg;
    x++;
}

static void two(void f(void *), void g(void *))
{
    struct waitgroup wg = {0};
    wg_go(&wg, f);
    wg_go(&wg, g);
    wg_wait(&wg);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    fixed = argc > 2;
    if (strcmp(what, "len") == 0) {
        c = chan_make(int, 1);
        two(len_first, len_second);
    } else if (strcmp(what, "semaphore") == 0) {
        c = chan_make(int, fixed ? 1 : 2);
        two(semaphore, semaphore);
    } else if (strcmp(what, "close") == 0) {
        c = chan_make(int, 0);
        two(close_first, close_second);
    } else if (strcmp(what, "receive") == 0) {
        c = chan_make(int, 1);
        two(receive_first, receive_second);
    } else if (strcmp(what, "senders") == 0) {
        c = chan_make(int, 3);
        two(senders_first, senders_second);
    } else if (strcmp(what, "full") == 0) {
        c = chan_make(int, 1);
        two(full_first, full_second);
    } else if (strcmp(what, "pairs") == 0) {
        c = chan_make(int, 0);
        go(pairs_receive);
        if (!fixed)
            go(pairs_receive);
        two(pairs_first, pairs_second);
    } else if (strcmp(what, "done") == 0) {
        wg_add(&both, 2);
        two(done_first, done_second);
    } else if (strcmp(what, "ended") == 0) {
        struct waitgroup wg = {0};
        wg_go(&wg, ended);
        if (fixed)
            wg_wait(&wg);
        else
            sleep_ms(10);
        wg_go(&wg, ended);
        wg_wait(&wg);
    } else {
        return 2;
    }
    printf("%d\n", x);
}
