/* parallel-grep -- search many files at once, and print in their order.
 *
 * Whoever is free takes the next file; so the files are done in any order. But
 * what we find is to be printed as if they had been searched one by one. Hence
 * each file has a channel of its own for what is found in it. It is sent twice:
 * to the workers, who fill it, and to the printer, who empties one after the
 * other.
 *
 *     walker --files--+--> worker --.
 *        |            '--> worker --+--found, found, ...--.
 *        |                                                v
 *        '------------------order---------------------> printer
 *
 * Watch the order of the lines: it is that of the names, in every run.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "walk.h"
#include "search.h"

/* How far the workers may be ahead of the printer, in files, and in each file in
 * lines. So what we keep is bounded, if not in bytes: a line may be long. */
enum { FILES = 64, LINES = 64 };

static atomic_bool failed; /* something could not be read */

static void complain(const char *path, int error)
{
    fprintf(stderr, "parallel-grep: %s: %s\n", path, strerror(error));
    failed = true;
}

struct file {
    char *path;
    chan(char *) found; /* lines, until it is closed */
};

struct walker {
    char **paths;
    chan(struct file) files, order;
};

static void hand_out(const struct walker *w, char *path)
{
    struct file file = {path, chan_make(char *, LINES)};
    chan_send(w->order, file); /* waits here if the printer is far behind */
    chan_send(w->files, file);
}

static bool is_folder(const char *path)
{
    return path[strlen(path) - 1] == '/';
}

/* Takes the path over, and hands out all files at it or below it, in order. */
static void walk(const struct walker *w, char *path)
{
    if (!is_folder(path)) {
        hand_out(w, path);
        return;
    }
    struct listing l = list(path);
    if (l.error)
        complain(path, l.error);
    for (size_t i = 0; i < l.n; i++)
        walk(w, l.paths[i]);
    free(l.paths);
    free(path);
}

static void walker(void *arg)
{
    const struct walker *self = arg;
    struct stat s;
    for (char **path = self->paths; *path; path++)
        if (stat(*path, &s) != 0)
            complain(*path, errno);
        else if (S_ISDIR(s.st_mode))
            walk(self, join(*path, is_folder(*path) ? "" : "/", ""));
        else if (S_ISREG(s.st_mode))
            walk(self, join(*path, "", ""));
    chan_close(self->files);
    chan_close(self->order);
}

struct worker {
    const char *word;
    chan(struct file) files;
};

static void worker(void *arg)
{
    const struct worker *self = arg;
    for (struct file file; chan_recv(self->files, &file);) {
        struct search s = search_begin(file.path, self->word);
        for (char *line; (line = search_next(&s));)
            chan_send(file.found, line);
        int error = search_end(&s);
        if (error)
            complain(file.path, error);
        chan_close(file.found); /* and with that the file is the printer's */
    }
}

/* Returns how many lines there were. */
static size_t print_in_order(chan(struct file) order)
{
    size_t lines = 0;
    for (struct file file; chan_recv(order, &file); free(file.path)) {
        for (char *line; chan_recv(file.found, &line); free(line), lines++)
            fputs(line, stdout);
        chan_free(file.found);
    }
    return lines;
}

struct options {
    int workers;
    const char *word;
    char **paths;
};

/* Without a word we look for salt in the recipes beside us, named as one would
 * name them there: so the output is the same wherever the cookbook lies. */
static struct options options(int argc, char **argv)
{
    static char *recipes[] = {"recipes", NULL}, *here[] = {".", NULL};
    struct options o = {3, "salt", here};
    int given = args(argc, argv, "parallel-grep [-j WORKERS] [WORD [PATH...]]",
                     opt_in_front(), opt_capped('j', &o.workers, 1, 256),
                     arg_text(&o.word), arg_rest(&o.paths));
    if (strchr(o.word, '\n'))
        args_misuse();
    if (given == 0) {
        o.paths = recipes;
        if (chdir(SAMPLES ".") != 0)
            complain(SAMPLES, errno);
    }
    return o;
}

int main(int argc, char **argv)
{
    struct options o = options(argc, argv);
    chan(struct file) files = chan_make(struct file, 0);
    chan(struct file) order = chan_make(struct file, FILES);
    struct waitgroup wg = {0};
    go_stack_bytes(8 << 20); /* a path may lead through 2000 folders */
    wg_go(&wg, walker, (struct walker){o.paths, files, order});
    go_stack_bytes(256 * 1024); /* as it was */
    for (int i = 0; i < o.workers; i++)
        wg_go(&wg, worker, (struct worker){o.word, files});

    size_t lines = print_in_order(order);

    wg_wait(&wg);
    chan_free(files);
    chan_free(order);
    if (fflush(stdout) != 0 || ferror(stdout))
        failed = true;
    return failed ? 2 : lines == 0; /* as grep has it */
}
