/* compare.h -- prints sums, and compares them; no concurrency here.
 * SPDX-License-Identifier: 0BSD */

/* Prints the sums as cksum does, if asked to. Returns whether every file could be
 * read. */
static bool print(const struct sum *sums, int n, bool asked)
{
    bool good = true;
    for (const struct sum *s = sums; s < sums + n; s++)
        if (s->error != 0)
            good = complain(s->file, s->error);
        else if (asked)
            printf("%" PRIu32 " %" PRIu64 " %s\n", s->crc, s->length, s->file);
    return good;
}

/* Returns whether a and b have the same sums. Reports the errors in b that are
 * not in a; print() reports those of a. */
static bool same(const struct sum *a, const struct sum *b, int n)
{
    bool all = true;
    for (int i = 0; i < n; i++) {
        if (b[i].file && a[i].crc == b[i].crc && a[i].length == b[i].length &&
            a[i].error == b[i].error)
            continue;
        all = false;
        if (b[i].error != 0)
            complain(b[i].file, b[i].error);
    }
    return all;
}
