/* fate.h -- From which step of the way on the failure is inevitable.
 *
 * A beginning of the way is tried with several seeds, which choose what follows
 * it. If every run fails the failure is taken to be inevitable. That is
 * evidence, not proof: another order might still end well.
 */
#ifndef EXPLORE_FATE_H
#define EXPLORE_FATE_H

#include "way.h"

enum {
    FEW_SEEDS = 20, // that have to fail while the step is searched
    ALL_SEEDS = 50, // that have to fail from the step that is found
    FATE_MS = 2000, // for the whole search
};

// Looks for the step, and notes it in the way. If all runs of the program fail,
// or each takes long, it does not look.
void find_fate(struct search *s);

#endif
