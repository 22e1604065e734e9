/* trying.h -- Tries seeds, or all orders. */
#ifndef EXPLORE_TRYING_H
#define EXPLORE_TRYING_H

#include <stddef.h>
#include "tally.h"

// Run, look at and enter all that the settings ask for.
void try_seeds(struct search *s);
void try_orders(struct search *s);

// Runs a batch of the next orders, of at most so many.
void try_next_orders(struct search *s, size_t most, long seed);

#endif
