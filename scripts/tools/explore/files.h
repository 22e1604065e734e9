/* files.h -- What the runs of a batch write and read: files in memory. They
 * have no name in a folder, but a path in /proc while this tool runs. A file on
 * a disk would cost more than the run itself.
 */
#ifndef EXPLORE_FILES_H
#define EXPLORE_FILES_H

#include <stddef.h>
#include "search.h"

// Of each run, counted from 1.
enum file { OUTPUT, MESSAGES, CHOICES, CHECKED, SCHEDULE, FILES };

// Chooses how many runs a batch may have: each needs FILES open files.
void make_files(struct batch *b);
void end_files(struct batch *b);

// Returns the path, which the caller frees. The file is made if it is not there.
char *path_of(const struct search *s, size_t n, enum file file);

// Empties what the run will write.
void empty_files(const struct search *s, size_t n);

#endif
