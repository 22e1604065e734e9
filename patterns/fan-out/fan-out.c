/* fan-out -- share a heap of work among a few workers.
 *
 * Many files are to be checksummed. One after the other is slow, and one
 * goroutine for each would be too many. So N workers receive from the same
 * channel: nobody deals out the work, whoever is free takes the next file.
 *
 *                   .--> worker --.
 *     main --files--+--> worker --+--sums--> printer
 *                   '--> worker --'
 *
 * Watch the end of main: close, wait, close, wait. Each channel is closed when
 * the last of its senders is known to be done, and not a moment earlier.
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
    for (char *file; chan_recv(w->files, &file);)
        chan_send(w->sums, cksum(file));
    /* We close nothing here: another worker may still have a sum to send. */
}

struct printer {
    chan(struct sum) sums;
    bool *failed;
};

/* Errors come as values like all others, so each costs only its own file. And
 * as nobody else prints, two lines never get mixed up. */
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

int main(int argc, char **argv)
{
    char *samples[] = {"sample-empty.txt", "sample-letter.txt",
                       "sample-numbers.txt", "sample-page.txt", NULL};
    char **names = samples;
    int n = 3;
    int given = args(argc, argv, "fan-out [-j WORKERS] [FILE...]   (3 workers)",
                     opt_capped('j', &n, 1, 256), arg_rest(&names));
    /* We go to where the samples lie and name them as one would there: so the
     * output is the same wherever the cookbook lies. */
    if (given == 0 && chdir(SAMPLES ".") != 0)
        perror("fan-out: " SAMPLES);

    bool failed = false;
    chan(char *) files = chan_make(char *, 0);
    chan(struct sum) sums = chan_make(struct sum, 0);
    struct waitgroup workers = {0}, printing = {0};

    cksum_prepare(); /* what is written before go() may be read by all after */
    wg_go(&printing, printer, (struct printer){sums, &failed});
    for (int i = 0; i < n && names[i]; i++)
        wg_go(&workers, worker, (struct worker){files, sums});

    for (char **file = names; *file; file++)
        chan_send(files, *file);
    chan_close(files); /* no more work: every worker's loop ends */
    wg_wait(&workers);
    chan_close(sums); /* no more workers: the printer's loop ends */
    wg_wait(&printing);

    chan_free(files);
    chan_free(sums);
    return failed || fflush(stdout) != 0 || ferror(stdout);
}
