#define _GNU_SOURCE
#include "files.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SPARE_FILES = 64, LEAST_RUNS = 64, MOST_RUNS = 190 };

void make_files(struct batch *b)
{
    struct rlimit limit;
    must(getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
    b->most = LEAST_RUNS;
    if (limit.rlim_cur >= SPARE_FILES + MOST_RUNS * FILES)
        b->most = MOST_RUNS;
    b->file = checked(calloc(b->most, sizeof *b->file));
}

void end_files(struct batch *b)
{
    for (size_t i = 0; i < b->most; i++)
        for (int k = 0; k < FILES; k++)
            if (b->file[i][k])
                close(b->file[i][k]);
    free(b->file);
}

// Returns the file. It is not standard input, so 0 means that there is none yet.
static int file_of(const struct search *s, size_t n, enum file file)
{
    int *place = &s->batch.file[n - 1][file];
    if (!*place)
        *place = memfd_create("run", MFD_CLOEXEC);
    must(*place > 0, "memfd_create");
    return *place;
}

char *path_of(const struct search *s, size_t n, enum file file)
{
    return printed("/proc/%ld/fd/%d", (long)getpid(), file_of(s, n, file));
}

void empty_files(const struct search *s, size_t n)
{
    for (enum file k = OUTPUT; k <= CHECKED; k++)
        must(ftruncate(file_of(s, n, k), 0) == 0, "ftruncate");
}
