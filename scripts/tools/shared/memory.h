/* memory.h -- Shared by the tools: allocation that cannot fail, and texts that grow.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef TOOLS_MEMORY_H
#define TOOLS_MEMORY_H
#include <stdarg.h>
#include <stddef.h>

// Each tool has one of its own: says that there is no memory, and ends the tool.
_Noreturn void no_memory(void);

// Returns what an allocation has returned, unless that is NULL.
void *checked(void *memory);

struct text {
    char *s; // NULL while nothing was added
    size_t length, room;
};

void add_bytes(struct text *t, const char *bytes, size_t n);

// Returns a new string. The caller frees it.
__attribute__((format(printf, 1, 0))) char *formatted(const char *format,
                                                      va_list arguments);

#endif
