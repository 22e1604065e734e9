/* runs.h -- Runs the program: each run under limited, as many at a time as cores. */
#ifndef EXPLORE_RUNS_H
#define EXPLORE_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include "search.h"

// To call first. From then on signals wait until a batch runs: one that ends us
// ends first all that runs.
void block_signals(struct search *s);
void make_lanes(struct batch *b);

// Runs the batch. If our time is over before it ends, some results are unknown.
void run_batch(struct search *s);

// The same with N orders, after each was written by write_schedule. The seed is
// for the check, or -1.
void run_orders(struct search *s, size_t n, long seed);
void write_schedule(const struct search *s, size_t n, const char *recipe);

// The choices of run N of the batch. False if it wrote none down.
bool read_choices(const struct search *s, size_t n, struct run *r);

#endif
