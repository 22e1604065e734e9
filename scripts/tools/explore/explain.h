/* explain.h -- Explains a failure by the shortest way to it. */
#ifndef EXPLORE_EXPLAIN_H
#define EXPLORE_EXPLAIN_H

#include "report.h"
#include "way.h"

// Explains one failure, if there is one.
void explain(struct search *s);

#endif
