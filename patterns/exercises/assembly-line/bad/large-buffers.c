/* refused by run: more than eight lines
 * Idea: a large buffer makes it faster. But the slowest stage decides, and all lines are in
 * memory. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { PARSE_MS = 10, FORMAT_MS = 10, MOST_IN_MEMORY = 8 };

static atomic_int in_memory;

static int read_line(int number)
{
    if (atomic_fetch_add(&in_memory, 1) >= MOST_IN_MEMORY)
        puts("more than eight lines are in memory");
    return number;
}

static int parse(int line)
{
    sleep_ms(PARSE_MS); /* stands for the work */
    return 10 * line;
}

static int format(int value)
{
    sleep_ms(FORMAT_MS); /* stands for the work */
    return value + 1;
}

static void write_line(int line)
{
    printf("%d\n", line);
    atomic_fetch_sub(&in_memory, 1);
}

struct stage {
    int n;
    chan(int) in, out;
};

static void reader(void *arg)
{
    const struct stage *self = arg;
    for (int i = 1; i <= self->n; i++)
        chan_send(self->out, read_line(i));
    chan_close(self->out);
}

static void parser(void *arg)
{
    const struct stage *self = arg;
    for (int line; chan_recv(self->in, &line);)
        chan_send(self->out, parse(line));
    chan_close(self->out);
}

static void formatter(void *arg)
{
    const struct stage *self = arg;
    for (int line; chan_recv(self->in, &line);)
        chan_send(self->out, format(line));
    chan_close(self->out);
}

static void process(int n)
{
    struct waitgroup stages = {0};
    chan(int) lines = chan_make(int, 1000000);
    chan(int) values = chan_make(int, 1000000);
    chan(int) texts = chan_make(int, 1000000);
    wg_go(&stages, reader, (struct stage){n, NULL, lines});
    wg_go(&stages, parser, (struct stage){n, lines, values});
    wg_go(&stages, formatter, (struct stage){n, values, texts});
    for (int line; chan_recv(texts, &line);)
        write_line(line);
    wg_wait(&stages);
    chan_free(lines);
    chan_free(values);
    chan_free(texts);
}

int main(int argc, char **argv)
{
    process(argc > 1 ? atoi(argv[1]) : 6);
    puts("all lines are written");
}
