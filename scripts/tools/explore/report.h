/* report.h -- Prints what was found. */
#ifndef EXPLORE_REPORT_H
#define EXPLORE_REPORT_H

#include <stddef.h>
#include "tally.h"

enum { SHOWN = 10 }; // outputs, and kinds of failure

// Returns what switches to a colour: 1 is bold, 31 red, 32 green, 0 none of
// them.
const char *colour(const struct search *s, int code);

void print_bold(const struct search *s, const char *what);

// Prints at most MOST bytes of the line, among them byte K, counted from 0. A
// letter of several bytes is not cut in half.
void print_short(const char *line, size_t k, size_t most);

// Prints the command that repeats a run. SETTING is a variable and its value.
void print_command(const struct search *s, const char *setting,
                   const struct failure *f);

// Returns CHAN_SCHEDULE=PATH for a file in the folder for results.
char *schedule_setting(const struct search *s, const char *file);

// The parts of the report, in their order.
void print_verdict(const struct search *s);
void print_seeds(const struct search *s);
void print_orders(const struct search *s);
void report_failure(const struct search *s, const struct failure *f);
void report_wishes(const struct search *s);
void report_outputs(const struct search *s);
void report_figures(const struct search *s);
void report_gaps(const struct search *s);

#endif
