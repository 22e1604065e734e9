/* text.h -- memory, and strings in UTF-8.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef TRACE_SVG_TEXT_H
#define TRACE_SVG_TEXT_H
#include <stdbool.h>
#include <stddef.h>
#include "../shared/memory.h"

static const double CELL = 7.3; // the width of a letter of 12 px, rounded up

// What is allocated here is freed when the picture is finished.
struct arena {
    struct block {
        struct block *before;
        char bytes[];
    } * last;
};

// A number with at most one decimal place, as short as it can be.
struct number {
    char s[32];
};

_Noreturn void fail(const char *what);
void *zeroed(size_t n, size_t size);
char *first_bytes(struct arena *arena, const char *s, size_t n);
void free_arena(struct arena *arena);
__attribute__((format(printf, 2, 3))) void add(struct text *t,
                                               const char *format, ...);
__attribute__((format(printf, 2, 3))) const char *string(struct arena *arena,
                                                         const char *format,
                                                         ...);
struct number r1(double x);
double max(double a, double b);
double min(double a, double b);
int larger(int a, int b);
int smaller(int a, int b);
int cells(const char *s);
const char *cut(struct arena *arena, const char *s, int n);
const char *xml(struct arena *arena, const char *s);
double wide(const char *s);
int fits(double width);
const char *plural(struct arena *arena, long n, const char *what);
const char *short_name(const char *name);

#endif
