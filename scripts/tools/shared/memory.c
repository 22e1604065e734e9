/* memory.c -- Allocation that cannot fail, and texts that grow.
 * SPDX-License-Identifier: 0BSD
 */
#define _GNU_SOURCE
#include "memory.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *checked(void *memory)
{
    if (!memory)
        no_memory();
    return memory;
}

void add_bytes(struct text *t, const char *bytes, size_t n)
{
    if (t->room - t->length <= n) {
        if (n > SIZE_MAX / 8 || t->length > SIZE_MAX / 8)
            no_memory();
        t->room = (t->length + n + 64) * 2;
        t->s = checked(realloc(t->s, t->room));
    }
    memcpy(t->s + t->length, bytes, n);
    t->length += n;
    t->s[t->length] = '\0';
}

char *formatted(const char *format, va_list arguments)
{
    char *s;
    if (vasprintf(&s, format, arguments) < 0)
        no_memory();
    return s;
}
