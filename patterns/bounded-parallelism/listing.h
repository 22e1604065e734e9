/* listing.h -- sums, sorted, printed and compared; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
static void *need(void *memory)
{
    if (!memory) {
        perror("bounded-parallelism");
        abort();
    }
    return memory;
}

static int by_name(const void *a, const void *b)
{
    const struct sum *s = a, *t = b;
    return strcmp(s->file, t->file);
}

/* Returns whether all files could be read. */
static bool print(const struct sum *sums, size_t n)
{
    bool good = true;
    for (size_t i = 0; i < n; i++)
        if (sums[i].error == 0) {
            printf("%" PRIu32 " %" PRIu64 " %s\n", sums[i].crc, sums[i].length,
                   sums[i].file);
        } else {
            fprintf(stderr, "bounded-parallelism: %s: %s\n", sums[i].file,
                    strerror(sums[i].error));
            good = false;
        }
    return good;
}

static bool same(const struct sum *a, const struct sum *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(a[i].file, b[i].file) != 0 || a[i].crc != b[i].crc ||
            a[i].length != b[i].length || a[i].error != b[i].error)
            return false;
    return true;
}
