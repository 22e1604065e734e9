/* args -- says what common/args.h has read: one line, a word for each variable.
 *
 * ARGS_AS in the environment names the table. */
#include "args.h"

#include <limits.h>

static int one_number(int argc, char **argv)
{
    int n = args_number(argc, argv, "args [N]", 4, 1, INT_MAX);
    printf("%d\n", n);
    return 0;
}

static int two_numbers(int argc, char **argv)
{
    int a = 5, b = 3;
    int given = args(argc, argv, "args [A [B]]", arg_number(&a, 0, 200),
                     arg_number(&b, -9, 9));
    printf("%d: %d %d\n", given, a, b);
    return 0;
}

static int options(int argc, char **argv)
{
    int workers = 3;
    const char *address = "here";
    bool forget = false, quiet = false;
    char *none[] = {"none", NULL}, **files = none;
    int given = args(argc, argv, "args [OPTION...] [FILE...]",
                     opt_number('j', &workers, 1, 256),
                     opt_flag("forget", &forget), opt_text('a', &address),
                     opt_flag("quiet", &quiet), arg_rest(&files));
    printf("%d: %d %s %d %d", given, workers, address, forget, quiet);
    for (char **file = files; *file; file++)
        printf(" (%s)", *file);
    puts("");
    return 0;
}

static int choices(int argc, char **argv)
{
    int ways = 0, which = -1, animals = 0;
    const char *name = "unnamed";
    args(argc, argv, "args [-w WAY]... [red | blue] [cat | dog]... [NAME]",
         opt_choices('w', &ways, "serial", "each", "few"),
         arg_choice(&which, "red", "blue"), arg_choices(&animals, "cat", "dog"),
         arg_text(&name));
    if (strcmp(name, "wrong") == 0)
        args_misuse();
    printf("%d %d %d %s\n", ways, which, animals, name);
    return 0;
}

static int in_front(int argc, char **argv)
{
    int workers = 3;
    const char *word = "salt";
    char *here[] = {"here", NULL}, **paths = here;
    args(argc, argv, "args [-j N] [WORD [PATH...]]", arg_text(&word),
         opt_capped('j', &workers, 1, 9), opt_in_front(), arg_rest(&paths));
    printf("%d %s", workers, word);
    for (char **path = paths; *path; path++)
        printf(" (%s)", *path);
    puts("");
    return 0;
}

static int no_arguments(void)
{
    char *argv[] = {NULL}; /* as execve() may start a program */
    printf("%d\n", args_number(0, argv, "args [N]", 4, 1, 9));
    return 0;
}

int main(int argc, char **argv)
{
    const char *as = getenv("ARGS_AS");
    if (!as)
        return one_number(argc, argv);
    if (strcmp(as, "two") == 0)
        return two_numbers(argc, argv);
    if (strcmp(as, "options") == 0)
        return options(argc, argv);
    if (strcmp(as, "choices") == 0)
        return choices(argc, argv);
    if (strcmp(as, "front") == 0)
        return in_front(argc, argv);
    return no_arguments();
}
