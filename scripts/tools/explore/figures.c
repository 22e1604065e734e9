#define _GNU_SOURCE
#include "figures.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAIL_BYTES = 16384 }; // of a file of choices, that are read

void clear_figures(struct figures *f)
{
    free(f->wishes);
    *f = (struct figures){0};
}

// Returns the end of the file as a string, which the caller frees.
static char *tail_of(const char *path)
{
    struct text t = {0};
    char bytes[TAIL_BYTES];
    FILE *file = fopen(path, "re");
    if (!file)
        return taken(&t);
    // A file that is shorter is read from its beginning.
    if (fseek(file, -TAIL_BYTES, SEEK_END) != 0)
        rewind(file);
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    add_bytes(&t, bytes, n);
    return taken(&t);
}

static const char *last_match(const char *text, const char *mark)
{
    const char *last = NULL;
    for (const char *at = text; (at = strstr(at, mark)); at++)
        last = at;
    return last;
}

void read_figures(const struct search *s, size_t n, struct figures *f)
{
    clear_figures(f);
    char *path = path_of(s, n, CHOICES);
    char *tail = tail_of(path);
    const char *took = last_match(tail, "# took ");
    f->known = took && sscanf(took, "# took %lld ms, at most %ld at work",
                              &f->ms, &f->at_work) == 2;
    static const char early[] = ", sleeps ended early\n";
    size_t line = took ? strcspn(took, "\n") + 1 : 0;
    f->early =
        line >= sizeof early && starts_with(took + line - strlen(early), early);
    if (f->known)
        f->wishes = copy(took + strcspn(took, "\n"));
    free(tail);
    free(path);
}
