/* nil-channel -- switch off a select case with NULL.
 *
 * Two log files are sorted by time, and a merger merges their lines by time. It
 * can send a line only when it holds the next line of both logs. As long as the
 * merger holds a line of a log, it must not receive another line of that log.
 *
 *     reader --lines--.
 *                     +--> merger --sorted--> main
 *     reader --lines--'
 *
 * So the merger has one select with three cases, and switches some of them
 * off: a case on a NULL channel is never ready. Watch the number of selects in
 * the last line: two for each line, and one for the end of each log.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static atomic_int lines_read; /* only for the report */

struct line {
    char text[1024]; /* A longer line becomes several lines. */
};

/* Returns the next line, which the caller must free, or NULL at the end. */
static struct line *read_line(FILE *log)
{
    struct line *line = malloc(sizeof *line);
    if (!line)
        abort();
    if (!fgets(line->text, sizeof line->text, log)) {
        free(line);
        return NULL;
    }
    line->text[strcspn(line->text, "\n")] = '\0';
    lines_read++;
    return line;
}

struct reader {
    FILE *log;
    chan(struct line *) lines;
};

static void reader(void *arg)
{
    const struct reader *self = arg;
    for (struct line *line; (line = read_line(self->log));)
        chan_send(self->lines, line);
    chan_close(self->lines);
}

struct merger {
    chan(struct line *) from[2], sorted;
    int *selects; /* Written only by the merger; read after wg_wait(). */
};

/* Whether line a comes after line b. The end of a log, NULL, comes last. */
static bool is_after(const struct line *a, const struct line *b)
{
    return b && (!a || strcmp(a->text, b->text) > 0);
}

static void merger(void *arg)
{
    const struct merger *m = arg;
    /* in[i] is from[i], or NULL while that case is switched off. */
    chan(struct line *) in[2] = {m->from[0], m->from[1]};
    struct line *next[2] = {NULL, NULL};

    for (;; ++*m->selects) {
        bool both_off = !in[0] && !in[1];
        int first = is_after(next[0], next[1]); /* the log to send from */
        if (both_off && !next[first])
            break; /* Both logs have ended. */
        chan(struct line *) out = both_off ? m->sorted : NULL;
        int which = chan_select(chan_on_recv(in[0], &next[0]),
                                chan_on_recv(in[1], &next[1]),
                                chan_on_send(out, next[first]));
        if (which == 2) {
            next[first] = NULL;         /* main owns the line now */
            in[first] = m->from[first]; /* on: receive the next line */
        } else {
            in[which] = NULL; /* off: next[which] must not be overwritten */
        }
    }
    chan_close(m->sorted);
}

/* Prints the lines of both logs in order. Returns how many it has printed. */
static int merge(FILE *const logs[2], int *selects)
{
    int lines = 0;
    struct waitgroup all = {0};
    struct merger m = {.sorted = chan_make(struct line *, 0),
                       .selects = selects};
    for (int i = 0; i < 2; i++) {
        m.from[i] = chan_make(struct line *, 0);
        wg_go(&all, reader, (struct reader){logs[i], m.from[i]});
    }
    wg_go(&all, merger, m);

    for (struct line *line; chan_recv(m.sorted, &line); lines++) {
        puts(line->text);
        free(line);
    }
    wg_wait(&all);
    chan_free(m.from[0]);
    chan_free(m.from[1]);
    chan_free(m.sorted);
    return lines;
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    const char *names[] = {SAMPLES "web.log", SAMPLES "db.log"};
    FILE *logs[2];
    if (args(argc, argv, "nil-channel [FILE FILE]", arg_text(&names[0]),
             arg_text(&names[1])) == 1)
        args_misuse();
    for (int i = 0; i < 2; i++) {
        logs[i] = fopen(names[i], "r");
        if (!logs[i]) {
            fprintf(stderr, "nil-channel: %s cannot be read\n", names[i]);
            return 2;
        }
    }
    int selects = 0, lines = merge(logs, &selects);
    printf("%d lines, %s, %d selects\n", lines_read,
           lines == lines_read ? "none lost" : "some lost", selects);
    fclose(logs[0]);
    fclose(logs[1]);
    return lines != lines_read;
}
