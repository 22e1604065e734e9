/* search.h -- the lines of a file that hold a word; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
struct search {
    const char *path, *word;
    FILE *file;
    char *line;
    size_t room, number;
    int error; /* an errno, or 0 */
};

/* Text has no NUL bytes; and what was listed as a file may be a pipe by now. */
static bool is_text(FILE *file)
{
    char head[32768];
    struct stat s;
    ssize_t n = pread(fileno(file), head, sizeof head, 0);
    return fstat(fileno(file), &s) == 0 && S_ISREG(s.st_mode) &&
           (n <= 0 || !memchr(head, '\0', (size_t)n));
}

static struct search search_begin(const char *path, const char *word)
{
    struct search s = {.path = path, .word = word};
    /* Opening a pipe would block until another process opens it for writing. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    s.error = fd < 0 ? errno : 0;
    s.file = fd < 0 ? NULL : need(fdopen(fd, "r"));
    if (s.file && !is_text(s.file))
        fclose(s.file), s.file = NULL;
    return s;
}

/* Returns the next line with the word in it, ready to be printed as path, number
 * and text, and to be freed; or NULL. */
static char *search_next(struct search *s)
{
    char *found = NULL;
    while (s->file && !found) {
        ssize_t n = getline(&s->line, &s->room, s->file);
        if (n < 0 && !feof(s->file)) /* a line may need too much memory */
            s->error = errno;
        if (n < 0 || memchr(s->line, '\0', (size_t)n))
            break;
        s->number++;
        s->line[strcspn(s->line, "\n")] = '\0';
        if (strstr(s->line, s->word) &&
            asprintf(&found, "%s:%zu:%s\n", s->path, s->number, s->line) < 0)
            found = need(NULL);
    }
    return found;
}

/* Returns why the file was not searched to its end, an errno, or 0. */
static int search_end(struct search *s)
{
    if (s->file)
        fclose(s->file);
    free(s->line);
    return s->error;
}
