/* lines.h -- cuts what comes in blocks into lines; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
struct lines {
    char *text;            /* what has come and was not taken, */
    size_t from, to, size; /* text[from] to text[to - 1] */
    size_t seen;           /* up to here there is no newline */
};

/* No memory, no letters: half of them would be worse than none. */
static void *need(void *memory)
{
    if (!memory) {
        perror("blocking-read");
        abort();
    }
    return memory;
}

static void lines_add(struct lines *l, const char *block, size_t n)
{
    if (l->from > 0) {
        memmove(l->text, l->text + l->from, l->to - l->from);
        l->to -= l->from;
        l->seen -= l->from;
        l->from = 0;
    }
    if (l->to + n > l->size) {
        l->size = 2 * (l->to + n);
        l->text = need(realloc(l->text, l->size));
    }
    memcpy(l->text + l->to, block, n);
    l->to += n;
}

/* Takes n bytes, as a string to be freed, and skips what ends them. Lines are
 * text: a zero byte would end the string, and the rest of its line be lost. */
static char *lines_take(struct lines *l, size_t n, size_t end)
{
    char *line = need(strndup(l->text + l->from, n));
    l->from += n + end;
    l->seen = l->from;
    return line;
}

/* Returns the next line without its newline, to be freed, or NULL. */
static char *lines_next(struct lines *l)
{
    char *newline = l->to > l->seen
                        ? memchr(l->text + l->seen, '\n', l->to - l->seen)
                        : NULL;
    l->seen = l->to;
    return newline ? lines_take(l, (size_t)(newline - l->text) - l->from, 1)
                   : NULL;
}

/* Returns what stands behind the last newline, to be freed, or NULL. */
static char *lines_rest(struct lines *l)
{
    return l->to > l->from ? lines_take(l, l->to - l->from, 0) : NULL;
}
