/* count.h -- counts lines, words and bytes in a part of a file, as wc does.
 *
 * A line is a newline. A word is a run of bytes that are not blank. It belongs
 * to the part in which it begins, so the counts of all parts add up.
 * SPDX-License-Identifier: 0BSD */
#ifndef COUNT_H
#define COUNT_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

struct part {
    const char *file;
    long long from, upto; /* offsets in bytes; upto is not part of it */
};
#define END LLONG_MAX /* the end of the file */

struct counts {
    long long lines, words, bytes;
    int error; /* errno of fopen() or of reading; 0 if there was none */
};

static bool is_blank(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct counts count_part(struct part part)
{
    FILE *f = fopen(part.file, "rb");
    if (!f)
        return (struct counts){.error = errno};
    bool blank = true; /* Was the previous byte blank? */
    if (part.from > 0 && fseeko(f, (off_t)part.from - 1, SEEK_SET) == 0)
        blank = is_blank(getc(f));

    struct counts n = {0};
    for (int c; n.bytes < part.upto - part.from; n.bytes++) {
        if ((c = getc_unlocked(f)) == EOF)
            break;
        n.lines += c == '\n';
        n.words += blank && !is_blank(c);
        blank = is_blank(c);
    }
    n.error = ferror(f) ? errno : 0;
    fclose(f);
    return n;
}

static bool is_regular(const char *file)
{
    struct stat s;
    return stat(file, &s) == 0 && S_ISREG(s.st_mode);
}

#endif
