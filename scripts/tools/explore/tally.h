/* tally.h -- Counts outputs and failures. */
#ifndef EXPLORE_TALLY_H
#define EXPLORE_TALLY_H

#include <stdbool.h>
#include "outcome.h"

enum { LABELS = 5 }; // of one kind of failure, that are shown

// Whether it can be repeated and fails in this way.
bool fails_like(const struct outcome *o, const struct failure *f);

// Enters what look() and read_choices() have found.
void enter(struct tally *t, const struct outcome *o, const struct run *r,
           bool logged, struct example e);

// Shows it on a terminal, in place of what stood there.
__attribute__((format(printf, 2, 3))) void progress(const struct search *s,
                                                    const char *format, ...);

void end_tally(struct tally *t);

#endif
