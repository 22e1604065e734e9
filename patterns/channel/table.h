/* table.h -- the lines that channel prints.
 *
 * SPDX-License-Identifier: 0BSD
 */
#ifndef TABLE_H
#define TABLE_H

#include <stdio.h>

static inline void row(const char *channel, const char *call,
                       const char *result)
{
    printf("%-9s%-26s%s\n", channel, call, result);
}

/* received(ok, v) tells what chan_recv() returned and which value it left. */
static inline const char *received(bool ok, int v)
{
    static char text[32];
    snprintf(text, sizeof text, "%s, v = %d", ok ? "true" : "false", v);
    return text;
}

/* len_cap_free(c) asks for both sizes of a channel, and frees it. */
static inline const char *len_cap_free(chan(int) c)
{
    static char text[64];
    size_t len = chan_len(c), cap = chan_cap(c);
    chan_free(c);
    snprintf(text, sizeof text, "%zu, %zu, returns", len, cap);
    return text;
}

#endif
