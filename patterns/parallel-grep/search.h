/* search.h -- the lines of a file that hold a word; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
struct search {
    const char *path, *word;
    FILE *file;
    char *line;
    size_t room, number;
};

/* Text has no NUL bytes: grep goes by that, too. */
static bool is_binary(FILE *file)
{
    char head[32768];
    ssize_t n = pread(fileno(file), head, sizeof head, 0);
    return n > 0 && memchr(head, '\0', (size_t)n);
}

static struct search search_begin(const char *path, const char *word)
{
    struct search s = {.path = path, .word = word, .file = fopen(path, "re")};
    if (s.file && is_binary(s.file))
        fseek(s.file, 0, SEEK_END);
    return s;
}

/* Returns the next line with the word in it, ready to be printed as path, number
 * and text, and to be freed; or NULL. */
static char *search_next(struct search *s)
{
    for (ssize_t n; s->file;) {
        if ((n = getline(&s->line, &s->room, s->file)) < 0 ||
            memchr(s->line, '\0', (size_t)n))
            break;
        s->number++;
        if (s->line[n - 1] == '\n')
            s->line[n - 1] = '\0';
        if (strstr(s->line, s->word)) {
            char *found;
            if (asprintf(&found, "%s:%zu:%s\n", s->path, s->number, s->line) <
                0)
                found = NULL;
            return need(found);
        }
    }
    return NULL;
}

/* Returns why the file was not searched to its end, an errno, or 0. */
static int search_end(struct search *s)
{
    int error = !s->file || ferror(s->file) ? errno : 0;
    if (s->file)
        fclose(s->file);
    free(s->line);
    return error;
}
