/* way.h -- Finds the shortest way to a failure. */
#ifndef EXPLORE_WAY_H
#define EXPLORE_WAY_H

#include <stdbool.h>
#include <stddef.h>
#include "trying.h"

enum { REPLAYS = 200, SHORTEN_MS = 20000 }; // for one failure

// Makes the run the way, and leaves the run empty.
void adopt(struct way *w, struct run *r);

// A change of departures FROM to TO, counted from 1. If FROM is 0 nothing
// changes.
struct change {
    size_t from, to;
    bool cut; // left out; otherwise replaced by the usual choice
};

// Returns the schedule of the first steps of the way. The caller frees it.
char *beginning_of(const struct way *w, size_t steps);

// Returns the seed that the check gets.
long seed_of_way(const struct search *s);

// Adds a trial: the first choices of the way, with a change.
void attempt(struct way *w, size_t choices, struct change change);

// Runs the trials, as a batch.
void run_trials(struct search *s);

// Runs the trials. Adopts the shortest one that fails in the same way, if it is
// shorter than the way, and then returns true.
bool try_trials(struct search *s);

// Looks for the shortest beginning of the way that still fails.
void shorten(struct search *s);

// Replaces departures by usual choices, in smaller and smaller pieces.
void straighten(struct search *s);

// Tries orders with few departures. It finds a shorter way where no single step
// from the known way leads to it.
void search_from_usual(struct search *s, size_t preemptions);

#endif
