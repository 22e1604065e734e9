/* text.h -- Strings, lists of them, and files, with every call checked. */
#ifndef EXPLORE_TEXT_H
#define EXPLORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "../shared/memory.h"

enum {
    TROUBLE = 2,          // the status of scripts/explore then
    OUTPUT_BYTES = 10000, // of a file that are kept
};

// Prints the reason in errno and ends the tool. The kernel then sends SIGTERM
// to limited. The report is not flushed: a child has a copy of its buffer.
_Noreturn void trouble(const char *what);

// Calls trouble() unless the call succeeded.
void must(bool succeeded, const char *what);

// Returns the array with room for at least one more element.
void *with_room(void *array, size_t n, size_t *room, size_t size);

// Returns the text as a string. It stays the text's own.
const char *string(const struct text *t);

// Empties and frees it.
void clear(struct text *t);

void add(struct text *t, const char *s);

// Returns the text as a string and empties the text. The caller frees the
// string.
char *taken(struct text *t);

// Return a new string. The caller frees it.
char *copy(const char *s);
__attribute__((format(printf, 1, 2))) char *printed(const char *format, ...);

// Frees the string at S and puts OTHER in its place.
void exchange(char **s, char *other);

bool starts_with(const char *s, const char *beginning);

// Adds the item to a list of the form `a; b`, if it is not there yet.
void add_once(struct text *list, const char *item);

// Returns the ending of a word behind the number: "" or "s".
const char *plural(size_t n);

// Adds the word as the shell wants to read it again.
void add_word(struct text *t, const char *word);

// A file that is read line by line. One that is not there has no lines.
struct lines {
    FILE *file; // or NULL
    char *line;
    size_t room;
};

struct lines lines_of(const char *path);

// The next line, without its end. NULL after the last: the file is closed then.
char *next_line(struct lines *l);

// To call if not all lines are read.
void close_lines(struct lines *l);

// Makes the text the contents of the file.
void save(const char *path, const char *text);

// Returns the file as one string. Each line has an end. Of a long file it has
// the beginning and a checksum. The caller frees it.
char *contents(const char *path);

#endif
