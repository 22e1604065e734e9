/* parallel-grep -- search many files in parallel, and print in file order.
 *
 * Each worker takes the next file, so the files are finished in any order. The
 * lines are to be printed as if the files had been searched one by one. So
 * each file has a channel of its own for the lines found in it. The walker
 * sends this channel twice: to a worker, which fills it, and to the printer,
 * which empties one channel after the other.
 *
 *     walker --files--+--> worker --.
 *        |            '--> worker --+--found, found, ...--.
 *        |                                                v
 *        '------------------order---------------------> printer
 *
 * Watch the order of the lines: it is the order of the file names, in each run.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "walk.h"
#include "search.h"

/* The workers may be at most FILES files ahead of the printer, and LINES lines
 * in each file. So the number of lines in memory is bounded. */
enum { FILES = 64, LINES = 64 };

static atomic_bool failed; /* set by any goroutine; main reads it at the end */

static void complain(const char *path, int error)
{
    fprintf(stderr, "parallel-grep: %s: %s\n", path, strerror(error));
    failed = true;
}

struct file {
    char *path;
    chan(char *) found; /* a worker sends lines, then closes it */
};

struct walker {
    char **paths;
    chan(struct file) files, order;
};

static void submit(const struct walker *w, char *path)
{
    struct file file = {path, chan_make(char *, LINES)};
    chan_send(w->order, file); /* blocks while the printer is FILES behind */
    chan_send(w->files, file);
}

static bool is_folder(const char *path)
{
    return path[strlen(path) - 1] == '/';
}

/* Submits all files at the path or below it, in order, and frees the path. */
static void walk(const struct walker *w, char *path)
{
    if (!is_folder(path)) {
        submit(w, path);
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
        chan_close(file.found); /* From now on only the printer uses it. */
    }
}

/* Prints the lines of one file after the other, and returns their number. */
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

/* Starts the walker and the workers, and prints until all files are searched. */
static size_t grep_files(const char *word, char **paths, int workers)
{
    chan(struct file) files = chan_make(struct file, 0);
    chan(struct file) order = chan_make(struct file, FILES);
    struct waitgroup wg = {0};
    go_stack_bytes(8 << 20); /* a path may lead through 2000 folders */
    wg_go(&wg, walker, (struct walker){paths, files, order});
    go_stack_bytes(256 * 1024); /* the default again, for the workers */
    for (int i = 0; i < workers; i++)
        wg_go(&wg, worker, (struct worker){word, files});
    size_t lines = print_in_order(order);
    wg_wait(&wg);
    chan_free(files);
    chan_free(order);
    return lines;
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

/* Without a word it searches for salt in the sample recipes, by their relative
 * names. So the output is the same wherever the cookbook lies. */
int main(int argc, char **argv)
{
    static char *recipes[] = {"recipes", NULL}, *here[] = {".", NULL};
    int workers = 3;
    const char *word = "salt";
    char **paths = here;
    int given = args(argc, argv, "parallel-grep [-j WORKERS] [WORD [PATH...]]",
                     opt_in_front(), opt_capped('j', &workers, 1, 256),
                     arg_text(&word), arg_rest(&paths));
    if (strchr(word, '\n'))
        args_misuse();
    if (given == 0) {
        paths = recipes;
        if (chdir(SAMPLES ".") != 0)
            complain(SAMPLES, errno);
    }
    size_t lines = grep_files(word, paths, workers);
    if (fflush(stdout) != 0 || ferror(stdout))
        failed = true;
    return failed ? 2 : lines == 0; /* the same statuses as grep */
}
