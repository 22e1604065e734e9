/* orders.h -- Which order to try next. */
#ifndef EXPLORE_ORDERS_H
#define EXPLORE_ORDERS_H

#include <stdbool.h>
#include <stddef.h>
#include "choices.h"

// An order: the choices of the recipe, and then the usual ones.
struct order {
    char *recipe;  // the choices, one a line
    size_t length; // how many; the last is not usual
    size_t preemptions;
    size_t departures; // choices that are not usual
};

// A run from which other orders depart.
struct stem {
    char *log; // without comments
    size_t length, preemptions, departures;
};

// Every order is the usual one, or begins as an earlier order, departs from it
// by one choice behind its last departure, and goes on as usual. So each order
// comes once, and the orders with few departures come first.
struct orders {
    size_t bound; // preemptions
    struct order next;
    bool pending; // next was not tried yet
    struct stem *queue;
    size_t head, tail, room;
    // The position in the stem at the head, if it is open:
    bool open;
    struct run run;
    size_t at, turn;
    struct text begun; // the choices before the position
};

// Starts with the usual order. No order has more than BOUND preemptions.
void begin_orders(struct orders *o, size_t bound);
void end_orders(struct orders *o);

// Makes next the next order to try. Returns false if there is none. The caller
// has taken the recipe of the order before, and frees it.
bool find_next_order(struct orders *o);

// To call after add_stem(): there may be a next order now.
void look_for_more_orders(struct orders *o);

// Whether the run took the choices of the recipe, and then the usual ones.
bool has_followed(const struct run *r, const struct order *o);

// Keeps the run of that order if other orders depart from it.
void add_stem(struct orders *o, const struct run *r, const struct order *of);

#endif
