/* figures.h -- What the laboratory has counted in a run: virtual time, and how
 * many goroutines were at work at once. Also which lab_sometimes() were true.
 *
 * The program writes them behind its last choice:
 *
 *     # took 40 ms, at most 4 at work, 120 steps
 *     (or: # took 90 ms, at most 4 at work, 120 steps, sleeps ended early)
 *     # seen: two workers at once (prog.c:30)
 *     # not seen: the queue is full (prog.c:42)
 */
#ifndef EXPLORE_FIGURES_H
#define EXPLORE_FIGURES_H

#include <stdbool.h>
#include "runs.h"

// Of one run.
struct figures {
    bool known; // false if the program was killed before it wrote them
    bool early; // sleeps ended early, so the time says little
    long long ms;
    long at_work;
    char *wishes; // the lines about lab_sometimes()
};

// Replaces the figures by those of run N of the batch.
void read_figures(const struct search *s, size_t n, struct figures *f);
void clear_figures(struct figures *f);

#endif
