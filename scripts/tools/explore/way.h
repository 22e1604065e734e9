/* way.h -- Finds the shortest way to a failure. */
#ifndef EXPLORE_WAY_H
#define EXPLORE_WAY_H

#include <stdbool.h>
#include <stddef.h>
#include "trying.h"

// A way is measured by how many of its choices are unusual: see struct way.

enum { REPLAYS = 200, SHORTEN_MS = 20000 }; // for one failure

// Takes the choices of the run, and leaves it empty.
void adopt(struct way *w, struct run *r);

// What to do with departures FROM to TO, counted from 1; FROM is 0 if nothing.
struct change {
    size_t from, to;
    bool cut; // leave them out; otherwise take the usual choice instead
};

// Adds a trial: the first choices of the way, with a change.
void attempt(struct way *w, size_t choices, struct change change);

// Runs the trials, as a batch.
void run_trials(struct search *s);

// Runs the trials, and adopts the best of those that fail in the same way, if it
// is better than what we have. Returns whether it is.
bool try_trials(struct search *s);

// The shortest beginning that still fails.
void shorten(struct search *s);

// In ever smaller pieces, the usual choices in place of others.
void straighten(struct search *s);

// The way may be one from which no single step leads further, so then from the
// other side: the orders with fewer departures, as far as they are soon tried.
void search_from_usual(struct search *s, size_t preemptions);

#endif
