/* explain.h -- Explains a failure by the shortest way to it. */
#ifndef EXPLORE_EXPLAIN_H
#define EXPLORE_EXPLAIN_H

#include "report.h"
#include "fate.h"

// Looks for the shortest way to one failure, if there is one, and for the step
// from which on it is inevitable.
void find_way(struct search *s);

// Prints that step, if this is the failure.
void report_fate(const struct search *s, const struct failure *f);

// Prints how the failure happens.
void explain(struct search *s);

#endif
