/* walk.h -- the regular files of directory trees; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
#include <dirent.h>
#include <sys/stat.h>

/* Appends what is in the folder to the list, to be looked at later. So at most one
 * folder is open, however deep the tree is. */
static void look_into(struct tree *t, const char *path)
{
    DIR *folder = opendir(path);
    for (struct dirent *d; folder && (errno = 0, d = readdir(folder)) != NULL;)
        if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
            tree_add(t, path, d->d_name);
    if (errno != 0)
        t->failed = !complain(path, errno);
    if (folder)
        closedir(folder);
}

/* Links are not followed. Links, pipes and devices are left out. */
static struct tree tree_of(char **paths)
{
    struct tree t = {0};
    struct stat s;
    int files = 0;
    for (; *paths; paths++)
        tree_add(&t, *paths, "");
    for (int i = 0; i < t.n; i++) {
        char *path = t.files[i];
        bool there = lstat(path, &s) == 0;
        if (!there)
            t.failed = !complain(path, errno);
        else if (S_ISDIR(s.st_mode))
            look_into(&t, path);
        if (there && S_ISREG(s.st_mode))
            t.files[files++] = path;
        else
            free(path);
    }
    t.n = files;
    tree_sort(&t);
    return t;
}
