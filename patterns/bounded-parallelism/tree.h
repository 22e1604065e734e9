/* tree.h -- the regular files of directory trees; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
#include <dirent.h>
#include <sys/stat.h>

struct tree {
    char **files; /* as `find` would name them */
    int n;
    bool failed; /* something could not be read, and was named on stderr */
};

static bool complain(const char *path, int error)
{
    fprintf(stderr, "bounded-parallelism: %s: %s\n", path, strerror(error));
    return false;
}

static void *need(void *memory)
{
    if (!memory) {
        perror("bounded-parallelism");
        abort();
    }
    return memory;
}

/* Links are not followed; they, pipes and devices are left out. */
static void tree_add(struct tree *t, const char *path)
{
    struct stat s = {0};
    DIR *folder = NULL;
    if (lstat(path, &s) != 0 ||
        (S_ISDIR(s.st_mode) && !(folder = opendir(path))))
        t->failed = !complain(path, errno);
    if (folder) {
        const char *slash = path[strlen(path) - 1] == '/' ? "" : "/";
        for (struct dirent *d; (d = readdir(folder));) {
            char *below;
            if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
                continue;
            if (asprintf(&below, "%s%s%s", path, slash, d->d_name) < 0)
                below = NULL;
            tree_add(t, need(below));
            free(below);
        }
        closedir(folder);
    } else if (S_ISREG(s.st_mode)) {
        if ((t->n & (t->n - 1)) == 0) /* 0, 1, 2, 4, 8, ... */
            t->files = need(
                realloc(t->files, ((size_t)t->n * 2 + 2) * sizeof(char *)));
        t->files[t->n++] = need(strdup(path));
    }
}

static int tree_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A folder has no order of its own, so we give it one. */
static struct tree tree_of(char **paths)
{
    struct tree t = {0};
    while (*paths)
        tree_add(&t, *paths++);
    if (t.n > 0)
        qsort(t.files, (size_t)t.n, sizeof *t.files, tree_order);
    return t;
}

static void tree_free(struct tree *t)
{
    while (t->n > 0)
        free(t->files[--t->n]);
    free(t->files);
}
