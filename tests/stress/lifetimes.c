/* lifetimes -- everything is freed as early as the rules allow, by many at once.
 *
 * Clients make a channel or a wait group for each errand, have a server do its
 * part, and free it at once, while the server is still returning. Freed memory
 * is under guard (see ../header/guard.h): a late touch ends the program.
 *
 *     lifetimes [SECONDS [SEED]]     10 seconds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "../header/guard.h"

#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAIRS = 6 };
enum errand {
    SEND,
    SEND_TO_SELECT,
    RECEIVE,
    RECEIVE_FROM_SELECT,
    CLOSE,
    CLOSE_UNDER_SELECT,
    DONE,
    KINDS
};

struct order {
    enum errand what;
    int n;
    chan(int) c;
    struct waitgroup *wg;
};

struct client {
    chan(struct order) orders;
    uint64_t dice;
    long long end;
    atomic_llong *errands;
};

static void check(bool fine)
{
    if (!fine) {
        fputs("lifetimes: a wrong value\n", stderr);
        abort();
    }
}

static void serve(void *arg)
{
    chan(struct order) orders = arg;
    int v;
    for (struct order o; chan_recv(orders, &o);)
        switch (o.what) {
        case SEND:
        case SEND_TO_SELECT:
            chan_send(o.c, o.n);
            break;
        case RECEIVE:
        case RECEIVE_FROM_SELECT:
            check(chan_recv(o.c, &v) && v == o.n);
            break;
        case CLOSE:
        case CLOSE_UNDER_SELECT:
            chan_close(o.c);
            break;
        default:
            wg_done(o.wg);
        }
}

/* Does the client's part; after that the server touches nothing any more. */
static void meet(struct order o)
{
    chan(int) never = NULL;
    int v = -1;
    bool ok;
    switch (o.what) {
    case SEND:
        check(chan_recv(o.c, &v) && v == o.n);
        break;
    case SEND_TO_SELECT:
        while (chan_select(chan_on_timeout_ms(1), chan_on_recv(never, &v),
                           chan_on_recv(o.c, &v)) == 0)
            continue;
        check(v == o.n);
        break;
    case RECEIVE:
        chan_send(o.c, o.n);
        break;
    case RECEIVE_FROM_SELECT:
        chan_select(chan_on_recv(never, &v), chan_on_send(o.c, o.n));
        break;
    case CLOSE:
        check(!chan_recv(o.c, &v) && v == 0);
        break;
    case CLOSE_UNDER_SELECT:
        chan_select(chan_on_recv(o.c, &v, &ok), chan_on_recv(never, &v));
        check(!ok && v == 0);
        break;
    default:
        wg_wait(o.wg);
    }
}

static void run_errands(void *arg)
{
    struct client *me = arg;
    for (int n = 0; n % 64 || now_ms() < me->end; n++) {
        me->dice = me->dice * 6364136223846793005 + 1442695040888963407;
        unsigned throw = (unsigned)(me->dice >> 33);
        struct order o = {.what = throw % KINDS, .n = n};
        if (o.what == DONE) {
            o.wg = malloc(sizeof *o.wg);
            *o.wg = (struct waitgroup){0};
            wg_add(o.wg, 1);
        } else {
            bool meets = o.what == RECEIVE || o.what == RECEIVE_FROM_SELECT;
            o.c = chan_make(int, meets ? 0 : throw / KINDS % 2);
        }
        chan_send(me->orders, o);
        meet(o);
        chan_free(o.c);
        free(o.wg);
        atomic_fetch_add(me->errands, 1);
    }
    chan_close(me->orders);
}

int main(int argc, char **argv)
{
    long seconds = argc > 1 ? strtol(argv[1], NULL, 10) : 10;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)now_ms();
    struct waitgroup wg = {0};
    atomic_llong errands = 0;
    chan(struct order) orders[PAIRS];
    for (unsigned i = 0; i < PAIRS; i++) {
        orders[i] = chan_make(struct order, i % 3);
        wg_go(&wg, serve, orders[i]);
        wg_go(&wg, run_errands,
              (struct client){orders[i], seed + 1000 * i,
                              now_ms() + seconds * 1000, &errands});
    }
    wg_wait(&wg);
    for (int i = 0; i < PAIRS; i++)
        chan_free(orders[i]);
    printf("%lld errands, nothing touched late\n", (long long)errands);
    return 0;
}
