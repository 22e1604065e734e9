/* assembly-line -- read, parse, format and write lines at the same time. */
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
static void process(int n)
{
    /* YOUR TURN: read the lines 1 to n with read_line(). Call parse(), format() and write_line()
     * for each, and keep their order. Parsing a line and formatting the line before it must
     * happen at the same time. All goroutines return. */
    (void)read_line;
    (void)parse;
    (void)format;
    (void)write_line;
    (void)n;
}

int main(int argc, char **argv)
{
    process(argc > 1 ? atoi(argv[1]) : 6);
    puts("all lines are written");
}
