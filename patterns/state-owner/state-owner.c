/* state-owner -- one goroutine owns a map, all others send it requests.
 *
 * An inventory is a map from items to quantities. Suppliers add items while
 * buyers take them. Only the owner can reach the map. The other goroutines
 * send requests, and the owner handles one request after the other.
 *
 *     supplier --{ ADD, bolts, reply }--.
 *     buyer    --{ TAKE, bolts, reply }-+--requests--> owner, with the map
 *        ^                                               |
 *        '-----------reply: taken, or none left----------'
 *
 * Watch the totals. The buyers try to take more than is added. Still no item is
 * taken twice and none is lost, and the program has no mutex.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <string.h>

enum { ITEMS = 2 };
static const char *const items[ITEMS] = {"bolts", "nuts"};

/* A map from names to quantities, with no lock. */
struct map {
    struct entry {
        const char *name;
        int quantity;
    } entries[ITEMS];
    int n;
};

/* Returns the quantity of this name. A new name gets the quantity 0. */
static int *look_up(struct map *map, const char *name)
{
    for (int i = 0; i < map->n; i++)
        if (strcmp(map->entries[i].name, name) == 0)
            return &map->entries[i].quantity;
    map->entries[map->n] = (struct entry){name, 0};
    return &map->entries[map->n++].quantity;
}

enum op { ADD, TAKE, GET };

struct request {
    enum op op;
    const char *item;
    chan(int) reply; /* made and freed by the client */
};

/* Returns the quantity for GET. For ADD and TAKE it returns 1, or 0 if there was
 * nothing to take. */
static int apply(struct map *stock, enum op op, const char *item)
{
    int *quantity = look_up(stock, item);
    if (op == GET)
        return *quantity;
    if (op == TAKE && *quantity == 0)
        return 0;
    *quantity += op == ADD ? 1 : -1;
    return 1;
}

static void owner(void *arg)
{
    chan(struct request) requests = arg;
    struct map stock = {0}; /* No other goroutine has a pointer to it. */
    for (struct request r; chan_recv(requests, &r);)
        chan_send(r.reply, apply(&stock, r.op, r.item));
}

/* For a client this is a function call. The owner must not call it, because it
 * would wait for its own reply forever. */
static int call(chan(struct request) requests, enum op op, const char *item)
{
    int result;
    chan(int) reply = chan_make(int, 1); /* The owner's send never blocks. */
    chan_send(requests, (struct request){op, item, reply});
    chan_recv(reply, &result);
    chan_free(reply);
    return result;
}

struct client {
    enum op op; /* ADD for a supplier, TAKE for a buyer */
    int rounds;
    int count[ITEMS]; /* Written by client(); main reads it after wg_wait(). */
    chan(struct request) requests;
};

static void client(void *arg)
{
    struct client *c = arg;
    lab_name("%s", c->op == ADD ? "supplier" : "buyer"); /* in pictures */
    for (int i = 0; i < c->rounds * ITEMS; i++)
        c->count[i % ITEMS] += call(c->requests, c->op, items[i % ITEMS]);
}

/* Starts the owner and the clients. When it returns, all of them have returned,
 * and left has the final quantity of each item. */
static void serve(struct client *clients, int n, int left[ITEMS])
{
    chan(struct request) requests = chan_make(struct request, 0);
    struct waitgroup asking = {0}, owning = {0};

    wg_go(&owning, owner, requests);
    for (int i = 0; i < n; i++) {
        clients[i].requests = requests;
        wg_go(&asking, client, &clients[i]);
    }
    wg_wait(&asking);
    for (int i = 0; i < ITEMS; i++)
        left[i] = call(requests, GET, items[i]);
    chan_close(requests); /* No sender is left. The owner returns. */
    wg_wait(&owning);
    chan_free(requests);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

#include <stdio.h>

enum { SUPPLIERS = 2, BUYERS = 3, CLIENTS = SUPPLIERS + BUYERS };

/* Prints the line of one item. Returns whether its numbers agree. */
static bool report(int item, const struct client *clients, int left)
{
    int added = 0, taken = 0;
    for (int i = 0; i < SUPPLIERS; i++)
        added += clients[i].count[item];
    printf("%s: %d added, ", items[item], added);
    for (int i = SUPPLIERS; i < CLIENTS; i++) {
        taken += clients[i].count[item];
        printf("%s%d", i > SUPPLIERS ? " + " : "", clients[i].count[item]);
    }
    printf(" taken, %d left\n", left);
    return added == taken + left && left >= 0;
}

int main(int argc, char **argv)
{
    int rounds = args_number(argc, argv, "state-owner [ROUNDS]", 4, 1, 10000);
    struct client clients[CLIENTS] = {0};
    int left[ITEMS];
    bool right = true;
    for (int i = 0; i < CLIENTS; i++) {
        clients[i].op = i < SUPPLIERS ? ADD : TAKE;
        clients[i].rounds = rounds;
    }

    serve(clients, CLIENTS, left);

    for (int item = 0; item < ITEMS; item++)
        right &= report(item, clients, left[item]);
    puts(right ? "no item lost, none taken twice" : "the inventory is wrong");
    return !right;
}
