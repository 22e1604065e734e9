/* pipeline -- pass data through stages that run at the same time.
 *
 * The program counts words. Reading, splitting and counting are three simple
 * jobs, so each of them is a stage: a goroutine that receives from the stage
 * before it and sends to the next stage.
 *
 *     reader --lines--> splitter --words--> counter --counts--> main
 *
 * Watch how the pipeline shuts down. Each stage closes only the channel that
 * it sends to. This close ends the loop of the next stage.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "text.h"
#include "tally.h"

struct reader {
    char **files;
    bool *failed; /* written only by reader; read after wg_wait() */
    chan(struct line) lines;
};

static void reader(void *arg)
{
    const struct reader *r = arg;
    for (char **name = r->files; *name; name++) {
        FILE *file = open_text(*name);
        for (struct line line; next_line(file, &line);)
            chan_send(r->lines, line); /* the splitter frees it */
        if (!close_text(file, *name))
            *r->failed = true; /* the other files are still counted */
    }
    chan_close(r->lines);
}

struct splitter {
    chan(struct line) lines;
    chan(char *) words;
};

/* Every stage has this shape: receive until the input is closed, send the
 * results, then close the output. */
static void splitter(void *arg)
{
    const struct splitter *s = arg;
    for (struct line line; chan_recv(s->lines, &line); free(line.text))
        for (char *word; (word = next_word(&line));)
            chan_send(s->words, word);
    chan_close(s->words);
}

struct counter {
    chan(char *) words;
    chan(struct count) counts;
};

/* Receives all words before it sends a count, because the last word may be the
 * most frequent one. */
static void counter(void *arg)
{
    const struct counter *c = arg;
    struct tally tally = {0};
    for (char *word; chan_recv(c->words, &word);)
        tally_add(&tally, word);
    tally_sort(&tally);
    for (size_t i = 0; i < tally.used; i++)
        chan_send(c->counts, tally.counts[i]);
    free(tally.counts);
    chan_close(c->counts);
}

/* The channels' capacities. With 0 the counts would be the same, but each send
 * would wait for its receiver. */
enum { LINES = 32, WORDS = 1024 };

/* Starts the stages, prints all counts, and shuts down. Returns false if a file
 * could not be read. */
static bool count_words(char **files)
{
    bool failed = false;
    chan(struct line) lines = chan_make(struct line, LINES);
    chan(char *) words = chan_make(char *, WORDS);
    chan(struct count) counts = chan_make(struct count, WORDS);

    struct waitgroup stages = {0};
    wg_go(&stages, reader, (struct reader){files, &failed, lines});
    wg_go(&stages, splitter, (struct splitter){lines, words});
    wg_go(&stages, counter, (struct counter){words, counts});

    for (struct count c; chan_recv(counts, &c); free(c.word))
        printf("%zu %s\n", c.n, c.word);

    wg_wait(&stages);
    chan_free(lines);
    chan_free(words);
    chan_free(counts);
    return !failed;
}

/* ---- The program around it: options, input, report ---- */

int main(int argc, char **argv)
{
    char *sample[] = {SAMPLES "sample.txt", NULL}, **files = sample;
    args(argc, argv, "pipeline [FILE...]   (- is standard input)",
         arg_rest(&files));

    /* If the output is a closed pipe (`| head -1`), SIGPIPE ends the program.
     * If the disk is full, the program fails without a message. */
    bool all = count_words(files);
    return !all || fflush(stdout) != 0 || ferror(stdout);
}
