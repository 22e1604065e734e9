/* walk.h -- what a directory holds, in order; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
struct listing {
    char **paths; /* of files and directories; those of directories end in / */
    size_t n;
    int error; /* an errno, or 0 */
};

static void *need(void *memory)
{
    if (memory)
        return memory;
    perror("parallel-grep");
    abort();
}

/* Returns the three strings joined; the caller frees the result. */
static char *join(const char *a, const char *b, const char *c)
{
    char *path = need(malloc(strlen(a) + strlen(b) + strlen(c) + 1));
    return strcat(strcat(strcpy(path, a), b), c);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Links, pipes and devices are left out. */
static void list_add(struct listing *l, const char *folder, const char *name,
                     mode_t mode)
{
    if (!S_ISREG(mode) && !S_ISDIR(mode))
        return;
    if ((l->n & (l->n - 1)) == 0) /* 0, 1, 2, 4, 8, ... */
        l->paths = need(realloc(l->paths, 2 * (l->n + 1) * sizeof *l->paths));
    l->paths[l->n++] = join(folder, name, S_ISDIR(mode) ? "/" : "");
}

/* Lists a folder, whose path ends in /. The slash behind directories sorts them
 * where `sort` would have them: a-b/x comes before a/x. */
static struct listing list(const char *folder)
{
    struct listing l = {0};
    struct stat s;
    DIR *dir = opendir(folder);
    for (struct dirent *d; dir && (errno = 0, d = readdir(dir)) != NULL;)
        if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
            continue;
        else if (fstatat(dirfd(dir), d->d_name, &s, AT_SYMLINK_NOFOLLOW) == 0)
            list_add(&l, folder, d->d_name, s.st_mode);
        else if (errno != ENOENT) /* otherwise it was removed meanwhile */
            l.error = errno;
    l.error = errno ? errno : l.error;
    if (dir)
        closedir(dir);
    if (l.n > 0)
        qsort(l.paths, l.n, sizeof *l.paths, by_bytes);
    return l;
}
