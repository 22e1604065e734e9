/* lifetimes -- many clients free everything as early as the rules allow.
 *
 * A client makes channels or a wait group for each errand, lets a server do its part,
 * and frees them at once, while the server is still returning. If the server selects,
 * the client first waits until the select has returned, because a select uses all its
 * channels until then, also the ones that it did not choose. Freed memory is guarded
 * (see ../header/guard.h), or watched by a sanitizer, so a late access ends the
 * program.
 *
 *     lifetimes [-t SECONDS] [-s SEED]
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "../header/guard.h"

#include "stress.h"

enum { PAIRS = 6, ERRANDS = 500 };
enum errand { /* what the server does; the client has the other part */
              SEND,
              RECEIVE,
              CLOSE,
              SELECT, /* either of send and receive, on two channels */
              DONE,
              KINDS
};

struct order {
    enum errand what;
    bool by_select, by_group; /* of the client; how the server reports */
    int n;
    chan(int) c, other;
    chan(bool) told;
    struct waitgroup *wg;
};

struct client {
    chan(struct order) orders;
    uint64_t dice;
};

static void check(bool fine)
{
    if (!fine)
        fail("a wrong value arrived");
}

/* ===== The server ======================================================== */

/* A receive from the one channel, or a send to the other. */
static void serve_select(const struct order *o)
{
    int v = -1;
    bool ok;
    if (chan_select(chan_on_recv(o->c, &v, &ok),
                    chan_on_send(o->other, o->n)) == 0)
        check(ok ? v == o->n : v == 0);
    if (o->by_group)
        wg_done(o->wg);
    else
        chan_send(o->told, true);
}

static void serve(void *arg)
{
    chan(struct order) orders = arg;
    int v;
    for (struct order o; chan_recv(orders, &o);)
        switch (o.what) {
        case SEND:
            chan_send(o.c, o.n);
            break;
        case RECEIVE:
            check(chan_recv(o.c, &v) && v == o.n);
            break;
        case CLOSE:
            chan_close(o.c);
            break;
        case SELECT:
            serve_select(&o);
            break;
        default:
            wg_done(o.wg);
        }
}

/* ===== The client ======================================================== */

/* Returns false if the channel is closed. */
static bool receive(const struct order *o, chan(int) c)
{
    chan(int) never = NULL;
    int v = -1;
    bool ok = false;
    if (!o->by_select)
        ok = chan_recv(c, &v);
    else
        while (chan_select(chan_on_timeout_ms(1), chan_on_recv(never, &v),
                           chan_on_recv(c, &v, &ok)) == 0)
            continue;
    check(v == (ok ? o->n : 0));
    return ok;
}

static void send(const struct order *o, chan(int) c)
{
    chan(int) never = NULL;
    if (o->by_select)
        chan_select(chan_on_recv(never, NULL), chan_on_send(c, o->n));
    else
        chan_send(c, o->n);
}

/* Meets the server's select on one of its channels. The client frees the other channel
 * too, so it waits here until the select has returned. */
static void meet_select(const struct order *o)
{
    bool yes = false;
    if (o->n % 3 == 0)
        check(receive(o, o->other));
    else if (o->n % 3 == 1)
        send(o, o->c);
    else
        chan_close(o->c);
    if (o->by_group)
        wg_wait(o->wg);
    else
        check(chan_recv(o->told, &yes) && yes);
}

/* Does the client's part. After that the server touches nothing any more. */
static void meet(const struct order *o)
{
    switch (o->what) {
    case SEND:
        check(receive(o, o->c));
        break;
    case RECEIVE:
        send(o, o->c);
        break;
    case CLOSE:
        check(!receive(o, o->c));
        break;
    case SELECT:
        meet_select(o);
        break;
    default:
        wg_wait(o->wg);
    }
}

/* A channel into which the client only sends has no buffer. With a buffer the client
 * might free the channel before the server has received the value. */
static struct order new_order(uint64_t *dice, int n)
{
    struct order o = {.what = draw(dice, KINDS),
                      .by_select = draw(dice, 2),
                      .by_group = draw(dice, 2),
                      .n = n};
    bool is_wg = o.what == DONE || (o.what == SELECT && o.by_group);
    if (o.what == SEND || o.what == CLOSE)
        o.c = chan_make(int, draw(dice, 2));
    if (o.what == RECEIVE || o.what == SELECT)
        o.c = chan_make(int, 0);
    if (o.what == SELECT)
        o.other = chan_make(int, 0);
    if (o.what == SELECT && !o.by_group)
        o.told = chan_make(bool, draw(dice, 2));
    if (is_wg) {
        o.wg = malloc(sizeof *o.wg);
        *o.wg = (struct waitgroup){0};
        wg_add(o.wg, 1);
    }
    return o;
}

static void run_errands(void *arg)
{
    struct client *me = arg;
    for (int n = 1; n <= ERRANDS; n++) {
        struct order o = new_order(&me->dice, n);
        chan_send(me->orders, o);
        meet(&o);
        chan_free(o.c);
        chan_free(o.other);
        chan_free(o.told);
        free(o.wg);
    }
    progress(ERRANDS);
    chan_close(me->orders);
}

static void play(uint64_t seed)
{
    uint64_t dice = seed;
    struct waitgroup wg = {0};
    chan(struct order) orders[PAIRS];
    for (unsigned i = 0; i < PAIRS; i++) {
        orders[i] = chan_make(struct order, i % 3);
        wg_go(&wg, serve, orders[i]);
        wg_go(&wg, run_errands, (struct client){orders[i], next_number(&dice)});
    }
    wg_wait(&wg);
    for (int i = 0; i < PAIRS; i++)
        chan_free(orders[i]);
}

int main(int argc, char **argv)
{
    return stress_main(argc, argv, play, "nothing touched late");
}
