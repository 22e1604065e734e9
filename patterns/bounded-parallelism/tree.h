/* tree.h -- the names of a tree's files; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
struct tree {
    char **files; /* named as find names them */
    int n;
    bool failed; /* something could not be read; stderr says what */
};

static bool complain(const char *path, int error)
{
    fprintf(stderr, "bounded-parallelism: %s: %s\n", path, strerror(error));
    return false;
}

static void *need(void *memory)
{
    if (memory)
        return memory;
    perror("bounded-parallelism");
    abort();
}

/* Appends the path a/b to the list, or only a if b is empty. */
static void tree_add(struct tree *t, const char *a, const char *b)
{
    const char *slash = *b && a[strlen(a) - 1] != '/' ? "/" : "";
    if ((t->n & (t->n - 1)) == 0) /* 0, 1, 2, 4, 8, ... */
        t->files =
            need(realloc(t->files, ((size_t)t->n * 2 + 2) * sizeof(char *)));
    if (asprintf(&t->files[t->n++], "%s%s%s", a, slash, b) < 0)
        need(NULL);
}

static int tree_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A folder has no order of its own. */
static void tree_sort(struct tree *t)
{
    if (t->n > 0)
        qsort(t->files, (size_t)t->n, sizeof *t->files, tree_order);
}

static void tree_free(struct tree *t)
{
    while (t->n > 0)
        free(t->files[--t->n]);
    free(t->files);
}
