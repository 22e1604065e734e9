/* ownership -- hand over a pointer, and with it the duty to free it.
 *
 * A reader allocates a record for each line of a log file. The record goes to
 * a parser and then to a writer. Channels carry its address, so the text is
 * never copied. Only the goroutine that received a record last may use it, and
 * this goroutine must free the record or hand it over.
 *
 *     reader --raw--> parser ------errors-----> writer
 *     allocates       frees what is no error    frees the errors
 *
 * Watch the last line: as many records are freed as were allocated.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct record {
    int line;            /* its number in the file */
    const char *message; /* a part of text */
    char text[1024];     /* A longer line becomes several records. */
};

static atomic_int allocated, freed; /* only for the report */

/* Returns NULL at the end of the file. */
static struct record *read_record(FILE *log, int line)
{
    struct record *r = malloc(sizeof *r);
    if (!r)
        abort();
    r->line = line;
    if (!fgets(r->text, sizeof r->text, log)) {
        free(r);
        return NULL;
    }
    allocated++;
    return r;
}

static void free_record(struct record *r)
{
    free(r);
    freed++;
}

struct reader {
    FILE *log;
    chan(struct record *) raw;
};

static void reader(void *arg)
{
    const struct reader *self = arg;
    struct record *r;
    for (int line = 1; (r = read_record(self->log, line)); line++)
        chan_send(self->raw, r); /* The parser owns r now. */
    chan_close(self->raw);
}

struct parser {
    chan(struct record *) raw, errors;
};

static void parser(void *arg)
{
    const struct parser *self = arg;
    for (struct record *r; chan_recv(self->raw, &r);) {
        r->text[strcspn(r->text, "\n")] = '\0'; /* needs no lock */
        r->message = strstr(r->text, "error: ");
        if (r->message)
            chan_send(self->errors, r); /* The writer owns r now. */
        else
            free_record(r); /* The parser still owns r. */
    }
    chan_close(self->errors);
}

struct writer {
    int wanted;
    chan(struct record *) errors;
};

static void writer(void *arg)
{
    const struct writer *self = arg;
    struct record *r;
    for (int n = 0; n < self->wanted && chan_recv(self->errors, &r); n++) {
        printf("writer: line %d: %s\n", r->line, r->message);
        free_record(r);
    }
    /* Receive the rest too. Otherwise the parser blocks in its send forever. */
    while (chan_recv(self->errors, &r)) {
        printf("writer: line %d is not wanted\n", r->line);
        free_record(r);
    }
}

/* Prints the first errors of the log, as many as are wanted. */
static void print_errors(FILE *log, int wanted)
{
    struct waitgroup all = {0};
    chan(struct record *) raw = chan_make(struct record *, 2);
    chan(struct record *) errors = chan_make(struct record *, 2);
    wg_go(&all, reader, (struct reader){log, raw});
    wg_go(&all, parser, (struct parser){raw, errors});
    wg_go(&all, writer, (struct writer){wanted, errors});
    wg_wait(&all);
    chan_free(raw); /* Both channels are drained, so no record is lost. */
    chan_free(errors);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    int wanted = 3;
    const char *name = SAMPLES "sample.txt";
    args(argc, argv, "ownership [-n ERRORS] [FILE]   (3 errors of sample.txt)",
         opt_number('n', &wanted, 0, 1000000), arg_text(&name));

    FILE *log = fopen(name, "r");
    if (log)
        print_errors(log, wanted);
    if (!log || ferror(log)) {
        fprintf(stderr, "ownership: %s cannot be read\n", name);
        return 2;
    }
    fclose(log);
    printf("%d records allocated, %d freed: %s\n", allocated, freed,
           allocated == freed ? "none lost" : "some lost");
    return allocated != freed;
}
