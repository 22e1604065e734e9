#define _GNU_SOURCE
#include "text.h"
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Replaces a zero byte, which would end the string.
enum { UNPRINTABLE = 1 };

_Noreturn void trouble(const char *what)
{
    fprintf(stderr, "scripts/explore: %s: %s\n", what, strerror(errno));
    _exit(TROUBLE);
}

_Noreturn void no_memory(void)
{
    trouble("memory");
}

void must(bool succeeded, const char *what)
{
    if (!succeeded)
        trouble(what);
}

void *with_room(void *array, size_t n, size_t *room, size_t size)
{
    if (n < *room)
        return array;
    *room = *room ? *room * 2 : 16;
    return checked(reallocarray(array, *room, size));
}

const char *string(const struct text *t)
{
    return t->s ? t->s : "";
}

void clear(struct text *t)
{
    free(t->s);
    *t = (struct text){0};
}

void add(struct text *t, const char *s)
{
    add_bytes(t, s, strlen(s));
}

char *taken(struct text *t)
{
    add(t, "");
    char *s = t->s;
    *t = (struct text){0};
    return s;
}

char *copy(const char *s)
{
    return checked(strdup(s));
}

char *printed(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *s = formatted(format, args);
    va_end(args);
    return s;
}

void exchange(char **s, char *other)
{
    free(*s);
    *s = other;
}

bool starts_with(const char *s, const char *beginning)
{
    return strncmp(s, beginning, strlen(beginning)) == 0;
}

void add_once(struct text *list, const char *item)
{
    char *all = printed("; %s; ", string(list));
    char *one = printed("; %s; ", item);
    if (!strstr(all, one)) {
        add(list, list->length ? "; " : "");
        add(list, item);
    }
    free(all);
    free(one);
}

const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

void add_word(struct text *t, const char *word)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz"
                                "0123456789_./:=,+%@-";
    if (*word && word[strspn(word, plain)] == '\0') {
        add(t, word);
        return;
    }
    add(t, "'");
    for (const char *c = word; *c; c++) {
        if (*c == '\'')
            add(t, "'\\''");
        else
            add_bytes(t, c, 1);
    }
    add(t, "'");
}

// Returns NULL if there is no such file.
static FILE *file_to_read(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file && errno != ENOENT)
        trouble(path);
    return file;
}

struct lines lines_of(const char *path)
{
    return (struct lines){.file = file_to_read(path)};
}

char *next_line(struct lines *l)
{
    ssize_t n = l->file ? getline(&l->line, &l->room, l->file) : -1;
    if (n < 0) {
        if (l->file)
            fclose(l->file);
        free(l->line);
        *l = (struct lines){0};
        return NULL;
    }
    if (l->line[n - 1] == '\n')
        l->line[--n] = '\0';
    for (ssize_t i = 0; i < n; i++)
        if (!l->line[i])
            l->line[i] = UNPRINTABLE;
    return l->line;
}

void close_lines(struct lines *l)
{
    if (l->file)
        fclose(l->file);
    free(l->line);
    *l = (struct lines){0};
}

void save(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    must(file != NULL, path);
    fputs(text, file);
    bool written = !ferror(file);
    must(fclose(file) == 0 && written, path);
}

static uint32_t crc_step(uint32_t crc, unsigned char byte)
{
    crc ^= (uint32_t)byte << 24;
    for (int bit = 0; bit < 8; bit++)
        crc = crc << 1 ^ (crc >> 31 ? 0x04c11db7 : 0);
    return crc;
}

// Adds checksum and size as cksum(1) prints them.
static void add_checksum(struct text *t, FILE *file)
{
    uint32_t crc = 0;
    size_t size = 0;
    rewind(file);
    for (int c; (c = getc(file)) != EOF; size++)
        crc = crc_step(crc, (unsigned char)c);
    for (size_t n = size; n; n >>= 8)
        crc = crc_step(crc, (unsigned char)(n & 255));
    char *sum = printed("%u %zu", (unsigned)~crc, size);
    add(t, sum);
    free(sum);
}

// Adds the beginning of the file and, if that is not all, a checksum of it.
static void add_contents(struct text *all, FILE *file)
{
    char bytes[OUTPUT_BYTES + 1];
    size_t n = fread(bytes, 1, sizeof bytes, file);
    for (size_t i = 0; i < n; i++)
        if (!bytes[i])
            bytes[i] = UNPRINTABLE;
    bool ends = n == 0 || bytes[n - 1] == '\n';
    add_bytes(all, bytes, n < OUTPUT_BYTES ? n : OUTPUT_BYTES);
    if (n > OUTPUT_BYTES || (n == OUTPUT_BYTES && !ends)) {
        add(all, "\n(all of it: ");
        add_checksum(all, file);
        add(all, ")\n");
    } else if (!ends) {
        add(all, "\n");
    }
}

char *contents(const char *path)
{
    struct text all = {0};
    FILE *file = file_to_read(path);
    if (file) {
        add_contents(&all, file);
        fclose(file);
    }
    return taken(&all);
}
