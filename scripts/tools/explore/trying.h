/* trying.h -- Tries seeds, or all orders. */
#ifndef EXPLORE_TRYING_H
#define EXPLORE_TRYING_H

#include <stddef.h>
#include "tally.h"

// Run the seeds or orders of the settings, and count the results.
void try_seeds(struct search *s);
void try_orders(struct search *s);

// Runs the next orders as one batch, at most MOST.
void try_next_orders(struct search *s, size_t most, long seed);

#endif
