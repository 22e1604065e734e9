/* text.h -- cuts files into lines and lines into words; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
struct line {
    char *text;       /* to be freed */
    char *rest, *end; /* what next_word() will read next */
};

/* Opens a file for next_line(); "-" is standard input. */
static FILE *open_text(const char *name)
{
    return strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
}

/* Reads one line of any length and with any bytes in it, also NUL. */
static bool next_line(FILE *file, struct line *line)
{
    size_t size = 0;
    line->text = NULL;
    ssize_t length = file ? getline(&line->text, &size, file) : -1;
    line->rest = line->text;
    if (length < 0)
        free(line->text);
    else
        line->end = line->text + length;
    return length >= 0;
}

/* Returns true if the file was read to its end. Otherwise reports the error. */
static bool close_text(FILE *file, const char *name)
{
    bool all = file && feof(file);
    if (!all)
        fprintf(stderr, "pipeline: %s: %s\n", name, strerror(errno));
    if (file && file != stdin)
        fclose(file);
    return all;
}

/* Without memory the program ends, because its counts would be wrong. */
static void *need(void *memory)
{
    if (!memory) {
        perror("pipeline");
        abort();
    }
    return memory;
}

/* Returns the line's next word in lower case, to be freed, or NULL. */
static char *next_word(struct line *line)
{
    char *c = line->rest;
    while (c < line->end && !isalpha((unsigned char)*c))
        c++;
    char *word = c;
    for (; c < line->end && isalpha((unsigned char)*c); c++)
        *c = (char)tolower((unsigned char)*c);
    line->rest = c;
    return c == word ? NULL : need(strndup(word, (size_t)(c - word)));
}
