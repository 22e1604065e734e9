/* choices.h -- The choices of one run.
 *
 * A choice is a line of CHAN_CHOICES: `run 3 of 1* 3 4    # 3 worker: ...`.
 * Goroutine 3 was chosen; 1, 3 and 4 could run. A star marks the goroutine that
 * ran before and could have gone on. The usual choice is the first of the list,
 * or 0 of a `pick`: the program takes it where no schedule says otherwise. A line
 * `wake 2` ends a sleep while goroutines can run. A
 * schedule is choices, one a line, without list and comment.
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
    const char *comment; // the text behind the #, or ""
    const char *list;    // the numbers to choose from, the usual one first
    long took, usual;    // usual is -1 where the line has no list
    size_t others;       // how many there were beside the usual one
    bool is_pick;        // a random number; otherwise a goroutine
    bool is_wake;     // a sleep ends early; the usual choice is no line at all
    bool is_spurious; // a wake of a wait for a condition, without a signal
    bool held;        // another choice than the usual one is a preemption
    bool usual_held;  // the usual one has the star
};

bool is_usual(const struct choice *c);

// The word with which its line begins.
const char *word_of(const struct choice *c);

// Returns the Kth alternative to the usual choice. K counts from 1.
long other(const struct choice *c, size_t k);

// Adds the choice, with that number, as a line of a schedule. A wake with its
// usual number, -1, is no line.
void add_choice(struct text *t, const struct choice *c, long number);

// The choices of one run of the program.
struct run {
    char *log; // the text of the lines, each ended by a zero
    struct choice *choice;
    size_t n, room;
};

void clear_run(struct run *r);

// Makes the run the choices in the log. The run frees the log.
void take_log(struct run *r, char *log);

// Reads the choices that the program wrote into the file, at most LONGEST + 1.
// Returns false if it wrote nothing.
bool read_run(struct run *r, const char *path);

// Returns the text of the lines. The caller frees it.
char *log_of(const struct run *r);

#endif
