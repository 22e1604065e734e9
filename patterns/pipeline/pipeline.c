/* pipeline -- turn text into word counts, one stage after the other.
 *
 * Reading, splitting and counting are three small jobs. Each becomes a stage:
 * a goroutine that receives from the stage before it and sends to the next.
 * All of them work at the same time, and none knows who the others are.
 *
 *     reader --lines--> splitter --words--> counter --counts--> main
 *
 * Watch how the end travels. Each stage closes the channel that it sends to,
 * and no other; that close ends the loop of the next stage, and so on down.
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
    bool *failed;
    chan(struct line) lines;
};

static void reader(void *arg)
{
    const struct reader *r = arg;
    for (char **name = r->files; *name; name++) {
        FILE *file = open_text(*name);
        for (struct line line; next_line(file, &line);)
            chan_send(r->lines, line); /* now the splitter's, who frees it */
        if (!close_text(file, *name))
            *r->failed = true; /* goes on: the other files still count */
    }
    chan_close(r->lines);
}

struct splitter {
    chan(struct line) lines;
    chan(char *) words;
};

/* The shape of every stage: receive until the end, send, close. */
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

/* The last word may be the most frequent: this stage says nothing before it
 * has heard everything. */
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

/* How far a stage may run ahead of the next. With 0 and 0 the counts would be
 * the same, but the stages would wait for each other at every word. */
enum { LINES = 32, WORDS = 1024 };

int main(int argc, char **argv)
{
    char *sample[] = {SAMPLES "sample.txt", NULL}, **files = sample;
    args(argc, argv, "pipeline [FILE...]   (- is standard input)",
         arg_rest(&files));

    bool failed = false;
    chan(struct line) lines = chan_make(struct line, LINES);
    chan(char *) words = chan_make(char *, WORDS);
    chan(struct count) counts = chan_make(struct count, WORDS);

    struct waitgroup stages = {0};
    wg_go(&stages, reader, (struct reader){files, &failed, lines});
    wg_go(&stages, splitter, (struct splitter){lines, words});
    wg_go(&stages, counter, (struct counter){words, counts});

    /* If the reader of our output has left (`| head -1`), SIGPIPE ends all of
     * us here, as it ends the stages of a shell's pipeline. */
    for (struct count c; chan_recv(counts, &c); free(c.word))
        printf("%zu %s\n", c.n, c.word);

    wg_wait(&stages); /* and with that `failed` is ours to read */
    chan_free(lines);
    chan_free(words);
    chan_free(counts);
    /* Say nothing on stderr, but fail: the disk may be full. */
    return failed || fflush(stdout) != 0 || ferror(stdout);
}
