/* tree.h -- the regular files of directory trees; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
#include <dirent.h>
#include <err.h>
#include <sys/stat.h>

struct tree {
    char **files; /* as `find` would name them */
    int n;
    bool failed; /* something could not be read, and was named on stderr */
};

static void tree_add(struct tree *t, const char *a, const char *b)
{
    const char *slash = *b && a[strlen(a) - 1] != '/' ? "/" : "";
    if ((t->n & (t->n - 1)) == 0) /* 0, 1, 2, 4, 8, ... */
        t->files = realloc(t->files, (size_t)(t->n * 2 + 2) * sizeof(char *));
    if (!t->files || asprintf(&t->files[t->n++], "%s%s%s", a, slash, b) < 0)
        err(1, NULL);
}

/* Puts what is in a folder at the end of the list; it is looked at when we come
 * to it. So never more than one folder is open, however deep the tree is. */
static void tree_open(struct tree *t, const char *path)
{
    DIR *folder = opendir(path);
    for (struct dirent *d; folder && (errno = 0, d = readdir(folder)) != NULL;)
        if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
            tree_add(t, path, d->d_name);
    if (errno != 0 && (t->failed = true))
        warn("%s", path);
    if (folder)
        closedir(folder);
}

static int tree_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Links, pipes and devices are left out. A folder has no order of its own. */
static struct tree tree_of(char **paths)
{
    struct tree t = {0};
    int files = 0;
    for (; *paths; paths++)
        tree_add(&t, *paths, "");
    for (int i = 0; i < t.n; i++) {
        struct stat s = {0};
        if (lstat(t.files[i], &s) != 0 && (t.failed = true))
            warn("%s", t.files[i]);
        if (S_ISDIR(s.st_mode))
            tree_open(&t, t.files[i]);
        if (S_ISREG(s.st_mode))
            t.files[files++] = t.files[i];
        else
            free(t.files[i]);
    }
    t.n = files;
    if (files > 0)
        qsort(t.files, (size_t)files, sizeof *t.files, tree_order);
    return t;
}
