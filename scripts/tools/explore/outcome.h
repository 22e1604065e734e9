/* outcome.h -- What came of a run: its output, and how it failed. */
#ifndef EXPLORE_OUTCOME_H
#define EXPLORE_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include "figures.h"

enum {
    ENDLESS_BYTES = 60000000, // of choices: the program makes them forever
    LINES_SAID = 1000,        // of standard error that are kept
};

// What look() finds.
struct outcome {
    int status;
    char *text;             // its output
    char *kind, *message;   // of its failure; kind is NULL if all went well
    bool of_check;          // the check failed
    char *said[LINES_SAID]; // to standard error
    size_t saids;
    char *last, *panic, *crash; // of these lines, or NULL
    bool last_is_crash;         // and may go on in the next line
    char *sanitized;            // what a sanitizer has found, or NULL
    char *unrepeatable;         // why this run cannot be repeated, or NULL
    struct figures figures;
    struct text asleep, leaks;
    struct text *report;  // the one of these that the lines belong to, or NULL
    char *file, *culprit; // of this report: of its head, and its last line
};

// Reads the outcome of run N of the batch. Returns false if the run was cut
// short.
bool look(struct search *s, size_t n, struct outcome *o);
void clear_outcome(struct outcome *o);

#endif
