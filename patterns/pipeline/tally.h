/* tally.h -- counts words in a hash table; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
struct count {
    size_t n;
    char *word;
};

struct tally {
    struct count *counts; /* at most half of these are in use, until sorted */
    size_t used, size;
};

/* Returns the word's slot, or the free slot where it belongs. */
static struct count *tally_find(const struct tally *t, const char *word)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (const char *c = word; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    size_t i = hash % t->size;
    while (t->counts[i].word && strcmp(t->counts[i].word, word) != 0)
        i = (i + 1) % t->size;
    return &t->counts[i];
}

/* Counts the word. Takes it over: keeps it, or frees it. */
static void tally_add(struct tally *t, char *word)
{
    if (t->used >= t->size / 2) {
        struct tally old = *t;
        t->size = old.size ? 2 * old.size : 1024;
        t->counts = need(calloc(t->size, sizeof *t->counts));
        for (size_t i = 0; i < old.size; i++)
            if (old.counts[i].word)
                *tally_find(t, old.counts[i].word) = old.counts[i];
        free(old.counts);
    }
    struct count *c = tally_find(t, word);
    if (c->word)
        free(word);
    else
        c->word = word, t->used++;
    c->n++;
}

/* The highest count comes first; equal counts come in the words' byte order. */
static int by_count(const void *a, const void *b)
{
    const struct count *x = a, *y = b;
    return x->n != y->n ? (x->n < y->n ? 1 : -1) : strcmp(x->word, y->word);
}

/* Ends the counting: counts[0] to counts[used - 1] are now all, in order. */
static void tally_sort(struct tally *t)
{
    for (size_t i = 0, n = 0; n < t->used; i++)
        if (t->counts[i].word)
            t->counts[n++] = t->counts[i];
    if (t->used > 0)
        qsort(t->counts, t->used, sizeof *t->counts, by_count);
}
