/* lines.h -- cuts what comes in blocks into lines; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
struct lines {
    char *text;            /* the input that is not yet cut into lines is */
    size_t from, to, size; /* text[from] to text[to - 1] */
    size_t seen;           /* there is no newline before text[seen] */
};

/* Without memory the program ends: some of the lines would be worse than none. */
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

/* Returns the next n bytes as a string, which the caller frees, and skips the
 * newline behind them if end is 1. A zero byte ends the string: lines are text. */
static char *lines_take(struct lines *l, size_t n, size_t end)
{
    char *line = need(strndup(l->text + l->from, n));
    l->from += n + end;
    l->seen = l->from;
    return line;
}

/* Returns the next line without its newline, or NULL. The caller frees it. */
static char *lines_next(struct lines *l)
{
    char *newline = l->to > l->seen
                        ? memchr(l->text + l->seen, '\n', l->to - l->seen)
                        : NULL;
    l->seen = l->to;
    return newline ? lines_take(l, (size_t)(newline - l->text) - l->from, 1)
                   : NULL;
}

/* Returns the text after the last newline, or NULL. The caller frees it. */
static char *lines_rest(struct lines *l)
{
    return l->to > l->from ? lines_take(l, l->to - l->from, 0) : NULL;
}
