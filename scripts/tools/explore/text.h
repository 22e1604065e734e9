/* text.h -- Strings, lists of them, and files, with every call checked. */
#ifndef EXPLORE_TEXT_H
#define EXPLORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    TROUBLE = 2,          // the status of scripts/explore then
    OUTPUT_BYTES = 10000, // of a file that are kept
};

// Ends the tool, and so all that runs: the kernel tells limited. What is not
// printed yet stays so, as a child has it in its memory, too.
_Noreturn void trouble(const char *what);

// Trouble, unless it succeeded.
void must(bool succeeded, const char *what);

// ARRAY with room for one element more than it has.
void *with_room(void *array, size_t n, size_t *room, size_t size);

struct text {
    char *s; // NULL while it is empty
    size_t length, room;
};

// The text as a string that stays its own.
const char *string(const struct text *t);

// Empties and frees it.
void clear(struct text *t);

void add_bytes(struct text *t, const char *bytes, size_t n);
void add(struct text *t, const char *s);

// The text as a string for the caller to free.
char *taken(struct text *t);

// These are for the caller to free, too.
char *copy(const char *s);
__attribute__((format(printf, 1, 2))) char *printed(const char *format, ...);

// Puts OTHER, which it owns from then on, in the place of the string at S.
void exchange(char **s, char *other);

bool starts_with(const char *s, const char *beginning);

// Adds the item to a list of the form `a; b`, if it is not there yet.
void add_once(struct text *list, const char *item);

// The ending of a word behind the number: "" or "s".
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

// For who stops before the end.
void close_lines(struct lines *l);

// Makes the text the contents of the file.
void save(const char *path, const char *text);

// Before a file is written anew many times a second: a file that is emptied and
// written again ext4 writes to the disk at once, a new one it does not.
void remove_old(const char *path);

// The file as one string in which each line has an end; of a long one the
// beginning, and a checksum.
char *contents(const char *path);

#endif
