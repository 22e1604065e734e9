/* choices.h -- The choices of one run.
 *
 * A choice is a line of CHAN_CHOICES: `run 3 of 1* 3 4    # 3 worker: ...`. The
 * usual choice is the first of its list, or 0 of a `pick`: what the program takes
 * by itself where no schedule says otherwise. A schedule is choices, one a line,
 * of which the list and the comment can be left out.
 */
#ifndef EXPLORE_CHOICES_H
#define EXPLORE_CHOICES_H

#include <stdbool.h>
#include <stddef.h>
#include "text.h"

enum { LONGEST = 20000 }; // choices of a run that are read

// A line, taken apart.
struct choice {
    const char *line;    // as the program wrote it
    const char *comment; // what stands behind the mark, or ""
    const char *list;    // the numbers to choose from, the usual one first
    long took, usual;    // usual is -1 where the line has no list
    size_t others;       // how many there were beside the usual one
    bool is_pick;        // a draw; otherwise it is who runs
    bool held;           // another than the usual one is a preemption
    bool usual_held;     // who had the turn, could go on, and is the usual one
};

bool is_usual(const struct choice *c);

// What could be taken instead of the usual choice; K counts from 1.
long other(const struct choice *c, size_t k);

// Adds it as a line of a schedule.
void add_choice(struct text *t, bool is_pick, long number);

// The choices of one run of the program.
struct run {
    char *log; // the text of the lines, each ended by a zero
    struct choice *choice;
    size_t n, room;
};

void clear_run(struct run *r);

// Takes the log, of which it is the owner from then on.
void take_log(struct run *r, char *log);

// Reads what the program wrote down of its choices: LONGEST and one at most, as
// the rest is not worth our time. False if it wrote nothing down.
bool read_run(struct run *r, const char *path);

// The text of the lines, for the caller to free.
char *log_of(const struct run *r);

#endif
