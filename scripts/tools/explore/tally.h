/* tally.h -- Counts outputs and failures. */
#ifndef EXPLORE_TALLY_H
#define EXPLORE_TALLY_H

#include <stdbool.h>
#include "outcome.h"

enum { LABELS = 5 }; // of one kind of failure, that are shown

// Whether the run can be repeated and fails in this way.
bool fails_like(const struct outcome *o, const struct failure *f);

// A failure that has no end: it takes long to repeat.
bool is_slow_to_fail(const struct failure *f);

// Counts a run, from what look() and read_choices() have read.
void enter(struct tally *t, const struct outcome *o, const struct run *r,
           bool logged, struct example e);

// Whether every lab_sometimes() of the program was true in some run.
bool grants_all(const struct tally *t);

// Shows progress on a terminal, in place of the text before.
__attribute__((format(printf, 2, 3))) void progress(const struct search *s,
                                                    const char *format, ...);

void end_tally(struct tally *t);

#endif
