/* orders.h -- Which order to try next. */
#ifndef EXPLORE_ORDERS_H
#define EXPLORE_ORDERS_H

#include <stdbool.h>
#include <stddef.h>
#include "choices.h"

// An order: these choices, and from then on the usual ones.
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

// Every order is the usual one, or begins as some order before it, departs from
// that by one choice, later than where that departed last, and goes on as usual.
// So each comes once, and those of few departures first.
struct orders {
    size_t bound; // preemptions
    struct order next;
    bool pending; // next is still to try
    struct stem *queue;
    size_t head, tail, room;
    // Where we are in the stem at the head, if it is open:
    bool open;
    struct run run;
    size_t at, turn;
    struct text begun; // the choices up to there
};

// From the usual order on, with at most so many preemptions. What was there before
// ends.
void begin_orders(struct orders *o, size_t bound);
void end_orders(struct orders *o);

// Makes next the order after those before; false if there is none. The recipe
// of the one before belongs to who has taken it.
bool find_next_order(struct orders *o);

// Looks again, after stems were added, where there was none.
void look_for_more_orders(struct orders *o);

// Whether the run took the choices that it was given, and then the usual ones.
bool has_followed(const struct run *r, const struct order *o);

// Keeps the run of that order for later, if another one departs from it.
void add_stem(struct orders *o, const struct run *r, const struct order *of);

#endif
