/* state-owner -- one goroutine owns the state, all others ask it.
 *
 * In a shop carriers bring goods while buyers take them. Whoever looks at a
 * shelf himself sees the last pear there, and so does the next one. So nobody
 * but the keeper comes near the shelves: the others hand in orders.
 *
 *     carrier --{ bring, pears }------.
 *     buyer   --{ take, pears }-------+--orders--> keeper, alone with
 *        ^                                         his shelves
 *        '---------reply: one, or none-------------'
 *
 * Watch the totals: some buyers go away empty-handed, but nothing is sold
 * twice, and nothing is lost. There is no lock in the program.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { GOODS = 2, CARRIERS = 2, BUYERS = 2 };
enum act { BRING, TAKE, COUNT };

struct order {
    enum act act;
    int good;
    chan(int) reply; /* with room for it, so that the keeper never waits */
};

/* To all others the keeper looks like a function. He himself must not call it:
 * he would wait for his own answer. */
static int tell(chan(struct order) orders, enum act act, int good)
{
    int answer;
    chan(int) reply = chan_make(int, 1);
    chan_send(orders, (struct order){act, good, reply});
    chan_recv(reply, &answer);
    chan_free(reply);
    return answer;
}

static void keeper(void *arg)
{
    chan(struct order) orders = arg;
    int shelf[GOODS] = {0}; /* on our stack: there is no way to it but orders */
    for (struct order o; chan_recv(orders, &o);) {
        int *stock = &shelf[o.good], answer = 1;
        if (o.act == BRING)
            *stock += 1;
        else if (o.act == TAKE && *stock > 0)
            *stock -= 1; /* to look and to take is one step: the next waits */
        else
            answer = *stock; /* to COUNT; or 0, and nothing to take */
        chan_send(o.reply, answer);
    }
}

/* What one visitor has brought or taken of each good. */
struct basket {
    enum act act;
    int count[GOODS];
};

struct visitor {
    int rounds;
    chan(struct order) orders;
    chan(struct basket) done;
};

/* Counts what he gave or got, and knows no shelf. */
static void visit(const struct visitor *v, enum act act)
{
    struct basket basket = {act, {0}};
    for (int i = 0; i < v->rounds * GOODS; i++) {
        sleep_ms(1); /* from one shelf to the next */
        basket.count[i % GOODS] += tell(v->orders, act, i % GOODS);
    }
    chan_send(v->done, basket);
}

static void carrier(void *arg)
{
    visit(arg, BRING);
}

static void buyer(void *arg)
{
    visit(arg, TAKE);
}

int main(int argc, char **argv)
{
    static const char *const goods[GOODS] = {"apples", "pears"};
    int rounds = args_number(argc, argv, "state-owner [ROUNDS]", 4, 1, 10000);
    struct visitor v = {.rounds = rounds};
    chan(struct order) orders = v.orders = chan_make(struct order, 0);
    chan(struct basket) done = v.done = chan_make(struct basket, 0);
    int brought[GOODS] = {0}, taken[GOODS] = {0};
    struct waitgroup everyone = {0};

    wg_go(&everyone, keeper, orders);
    for (int i = 0; i < CARRIERS; i++)
        wg_go(&everyone, carrier, v);
    for (int i = 0; i < BUYERS; i++)
        wg_go(&everyone, buyer, v);
    for (int i = 0; i < CARRIERS + BUYERS; i++) {
        struct basket basket;
        chan_recv(done, &basket);
        int *total = basket.act == BRING ? brought : taken;
        for (int good = 0; good < GOODS; good++)
            total[good] += basket.count[good];
    }

    bool right = true;
    for (int good = 0; good < GOODS; good++) {
        int left = tell(orders, COUNT, good);
        printf("%s: %d brought = %d taken + %d left\n", goods[good],
               brought[good], taken[good], left);
        right &= brought[good] == taken[good] + left && left >= 0;
    }
    chan_close(orders); /* the last visitor has left: the keeper goes home */
    wg_wait(&everyone);
    chan_free(orders);
    chan_free(done);
    puts(right ? "nothing lost, nothing sold twice" : "the shelves are wrong");
    return !right;
}
