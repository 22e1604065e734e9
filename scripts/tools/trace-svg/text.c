/* text.c -- memory, and strings in UTF-8.
 * SPDX-License-Identifier: 0BSD
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "text.h"

_Noreturn void fail(const char *what)
{
    fprintf(stderr, "trace-svg: %s\n", what);
    exit(1);
}

_Noreturn void no_memory(void)
{
    fail("out of memory");
}

void *zeroed(size_t n, size_t size)
{
    return checked(calloc(n ? n : 1, size));
}

static char *reserve_bytes(struct arena *arena, size_t n)
{
    struct block *block = checked(malloc(sizeof *block + n));
    block->before = arena->last;
    arena->last = block;
    return block->bytes;
}

char *first_bytes(struct arena *arena, const char *s, size_t n)
{
    char *copy = reserve_bytes(arena, n + 1);
    memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

void free_arena(struct arena *arena)
{
    while (arena->last) {
        struct block *block = arena->last;
        arena->last = block->before;
        free(block);
    }
}

__attribute__((format(printf, 2, 3))) void add(struct text *t,
                                               const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *s = formatted(format, arguments);
    va_end(arguments);
    add_bytes(t, s, strlen(s));
    free(s);
}

__attribute__((format(printf, 2, 3))) const char *string(struct arena *arena,
                                                         const char *format,
                                                         ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *s = formatted(format, arguments);
    va_end(arguments);
    const char *copy = first_bytes(arena, s, strlen(s));
    free(s);
    return copy;
}

struct number r1(double x)
{
    struct number number;
    int n = snprintf(number.s, sizeof number.s, "%.1f", x);
    if (n < 0 || n >= (int)sizeof number.s)
        fail("a coordinate is too large");
    if (number.s[n - 1] == '0')
        number.s[n - 2] = '\0';
    if (strcmp(number.s, "-0") == 0)
        strcpy(number.s, "0");
    return number;
}

double max(double a, double b)
{
    return a > b ? a : b;
}

double min(double a, double b)
{
    return a < b ? a : b;
}

int larger(int a, int b)
{
    return a > b ? a : b;
}

int smaller(int a, int b)
{
    return a < b ? a : b;
}

// Text is UTF-8. A letter is a byte and the continuation bytes behind it.
static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static size_t letter_length(const char *s)
{
    size_t n = 1;
    if (!is_continuation(s[0]))
        while (is_continuation(s[n]))
            n++;
    return n;
}

// The letters from U+3000 on are taken to be two cells wide.
static int letter_cells(const char *s)
{
    unsigned char c = (unsigned char)s[0];
    if (is_continuation(s[0]))
        return 0;
    return c >= 0xE3 && c <= 0xF4 ? 2 : 1;
}

// The width in cells. It stops at a million, which is wider than any picture.
int cells(const char *s)
{
    int n = 0;
    for (; *s && n < 1000000; s++)
        n += letter_cells(s);
    return n;
}

// At most n cells of the text. One letter marks that the rest is cut off, because three
// dots would be wider.
const char *cut(struct arena *arena, const char *s, int n)
{
    if (cells(s) <= n)
        return s;
    if (n < 1)
        return "";
    size_t end = 0;
    for (int used = 0; s[end]; end += letter_length(s + end)) {
        used += letter_cells(s + end);
        if (used > n - 1)
            break;
    }
    char *out = reserve_bytes(arena, end + sizeof "\u2026");
    memcpy(out, s, end);
    memcpy(out + end, "\u2026", sizeof "\u2026");
    return out;
}

const char *xml(struct arena *arena, const char *s)
{
    static const char special[] = "&<>\"";
    static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
    struct text t = {0};
    add_bytes(&t, "", 0);
    for (; *s; s++) {
        const char *found = strchr(special, *s);
        const char *name = found ? names[found - special] : s;
        add_bytes(&t, name, found ? strlen(name) : 1);
    }
    const char *out = first_bytes(arena, t.s, t.length);
    free(t.s);
    return out;
}

double wide(const char *s)
{
    return cells(s) * CELL;
}

int fits(double width)
{
    return (int)(width / CELL);
}

const char *plural(struct arena *arena, long n, const char *what)
{
    return string(arena, "%ld %s%s", n, what, n == 1 ? "" : "s");
}

// The last name in p->line or m.from[0].
const char *short_name(const char *name)
{
    for (const char *s = name; *s; s++) {
        if (s[0] == '.')
            name = s + 1;
        if (s[0] == '-' && s[1] == '>')
            name = s + 2;
    }
    return name + strspn(name, "&*");
}
