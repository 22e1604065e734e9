/* explain.h -- Explains a failure by the shortest way to it, choice by choice. */
#ifndef EXPLORE_EXPLAIN_H
#define EXPLORE_EXPLAIN_H

#include "report.h"
#include "way.h"

// Explains the failure that is soonest explained, if there is one.
void explain(struct search *s);

#endif
