/* count.h -- what wc counts, in a part of a file: lines, words and bytes.
 *
 * A line is a newline. A word is a run of bytes that are not blank, and belongs
 * to the part in which it begins: so the parts add up to the whole.
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
    long long from, upto; /* WHOLE: as far as the file goes */
};
#define WHOLE LLONG_MAX

struct counts {
    long long lines, words, bytes;
    int error; /* of opening or reading, as in errno; 0 for none */
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
    bool blank = true; /* the byte before this one */
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
