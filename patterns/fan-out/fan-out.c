/* fan-out -- share jobs among several workers.
 *
 * Many files must be checksummed. A loop uses one core only, and a thread for
 * each file would be too many. So N workers receive from the same channel, and
 * a worker that is free takes the next file.
 *
 *                   .--> worker --.
 *     main --files--+--> worker --+--sums--> printer
 *                   '--> worker --'
 *
 * Watch the shutdown in sum_files(): close, wait, close, wait. Each channel is
 * closed when all goroutines that send to it have returned.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cksum.h"

struct worker {
    chan(char *) files;
    chan(struct sum) sums;
};

static void worker(void *arg)
{
    const struct worker *w = arg;
    for (char *file; chan_recv(w->files, &file);) /* until `files` is closed */
        chan_send(w->sums, cksum(file));
    /* A worker must not close `sums`: the others may still send to it. */
}

struct printer {
    chan(struct sum) sums;
    bool *failed; /* written only by printer; sum_files reads it at the end */
};

/* Prints the sums. An error is a value like any other, so a bad file does not
 * stop the others. Only this goroutine prints, so lines never get mixed up. */
static void printer(void *arg)
{
    const struct printer *p = arg;
    for (struct sum s; chan_recv(p->sums, &s);) {
        if (s.error == 0) {
            printf("%" PRIu32 " %" PRIu64 " %s\n", s.crc, s.length, s.file);
        } else {
            fprintf(stderr, "fan-out: %s: %s\n", s.file, strerror(s.error));
            *p->failed = true;
        }
    }
}

/* Sums all files with n workers. Returns false if a file could not be read. */
static bool sum_files(char **names, int n)
{
    bool failed = false;
    chan(char *) files = chan_make(char *, 0);
    chan(struct sum) sums = chan_make(struct sum, 0);
    struct waitgroup workers = {0}, printing = {0};

    wg_go(&printing, printer, (struct printer){sums, &failed});
    for (int i = 0; i < n && names[i]; i++)
        wg_go(&workers, worker, (struct worker){files, sums});

    for (char **file = names; *file; file++)
        chan_send(files, *file);
    chan_close(files); /* Ends the loop of each worker. */
    wg_wait(&workers);
    chan_close(sums); /* No worker sends any more. Ends the printer's loop. */
    wg_wait(&printing);

    chan_free(files);
    chan_free(sums);
    return !failed;
}

/* ---- The program around it: options, input, report ---- */

int main(int argc, char **argv)
{
    char *samples[] = {"sample-empty.txt", "sample-letter.txt",
                       "sample-numbers.txt", "sample-page.txt", NULL};
    char **names = samples;
    int n = 3;
    int given = args(argc, argv, "fan-out [-j WORKERS] [FILE...]   (3 workers)",
                     opt_capped('j', &n, 1, 256), arg_rest(&names));
    /* The samples are printed without their folder, so that the output does not
     * depend on where the book is. The program reads them in that folder. */
    if (given == 0 && chdir(SAMPLES ".") != 0)
        perror("fan-out: " SAMPLES);

    cksum_prepare(); /* before the workers start, because they read its table */
    bool all = sum_files(names, n);
    return !all || fflush(stdout) != 0 || ferror(stdout);
}
