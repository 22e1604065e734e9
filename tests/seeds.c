/* seeds -- run a program once with each seed, and keep every different output.
 *
 *     seeds N FOLDER COMMAND [ARG...]
 *
 * Runs the command with CHAN_SEED=1 to N, one run after the other, without input. What seed 7
 * printed goes to FOLDER/7.out and FOLDER/7.err. If an earlier seed printed the same, both files
 * are removed again. Prints the seeds whose files are left, a line each. The command must limit
 * its own time, so tests/helper.bash puts timeout(1) in front of the program.
 *
 * Ends with 0 if each run ended with 0 and was repeatable. Otherwise stops at the first run that
 * was not, says so, and ends with 1; with 2 if it was called wrongly or a system call failed.
 *
 * SPDX-License-Identifier: 0BSD
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FAILED = 1, WRONG = 2, CANNOT_RUN = 127, MOST = 100000 };

struct text {
    char *bytes;
    size_t size;
};

struct output {
    struct text out, err;
};

static const char *folder;

static const char *path_of(long seed, const char *kind)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%ld.%s", folder, seed, kind);
    return path;
}

static void redirect(int to, const char *path, int flags)
{
    int file = open(path, flags, 0666);
    if (file < 0 || dup2(file, to) < 0)
        err(WRONG, "%s", path);
    close(file);
}

static _Noreturn void become(long seed, char **command)
{
    char number[32];
    snprintf(number, sizeof number, "%ld", seed);
    setenv("CHAN_SEED", number, 1);
    redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
    redirect(STDOUT_FILENO, path_of(seed, "out"), O_WRONLY | O_CREAT | O_TRUNC);
    redirect(STDERR_FILENO, path_of(seed, "err"), O_WRONLY | O_CREAT | O_TRUNC);
    execvp(command[0], command);
    warn("%s", command[0]);
    _exit(CANNOT_RUN);
}

/* Returns how the command ended, as a shell counts it. */
static int run(long seed, char **command)
{
    int status;
    pid_t child = fork();
    if (child < 0)
        err(WRONG, "fork");
    if (child == 0)
        become(seed, command);
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            err(WRONG, "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The content of a file, with a zero byte behind it. The caller frees it. */
static struct text content(const char *path)
{
    struct stat about;
    FILE *file = fopen(path, "r");
    if (!file || fstat(fileno(file), &about) != 0)
        err(WRONG, "%s", path);
    struct text t = {calloc(1, (size_t)about.st_size + 1),
                     (size_t)about.st_size};
    if (!t.bytes || fread(t.bytes, 1, t.size, file) != t.size)
        err(WRONG, "%s", path);
    fclose(file);
    return t;
}

static bool same(struct text a, struct text b)
{
    return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

/* Keeps what this seed printed in `kept`, which holds n outputs, if it is new there. */
static bool keep(struct output *kept, size_t n, long seed, struct output o)
{
    for (size_t i = 0; i < n; i++) {
        if (!same(kept[i].out, o.out) || !same(kept[i].err, o.err))
            continue;
        unlink(path_of(seed, "out"));
        unlink(path_of(seed, "err"));
        free(o.out.bytes);
        free(o.err.bytes);
        return false;
    }
    kept[n] = o;
    return true;
}

/* A run that waited for the system, a child process for example, may differ the next time. */
static bool repeatable(struct text err)
{
    return strstr(err.bytes, "schedule no longer") == NULL;
}

int main(int argc, char **argv)
{
    char *end = argv[0];
    long n = argc > 3 ? strtol(argv[1], &end, 10) : 0;
    if (argc < 4 || *end != '\0' || n < 1 || n > MOST) {
        fputs("usage: seeds N FOLDER COMMAND [ARG...]\n", stderr);
        return WRONG;
    }
    folder = argv[2];
    struct output *kept = calloc((size_t)n, sizeof *kept);
    size_t different = 0;
    if (!kept)
        err(WRONG, "%ld outputs", n);
    for (long seed = 1; seed <= n; seed++) {
        int status = run(seed, argv + 3);
        struct output o = {content(path_of(seed, "out")), {0}};
        o.err = content(path_of(seed, "err"));
        bool allowed = repeatable(o.err) || getenv("SEEDS_MAY_DIVERGE");
        if (status != 0 || !allowed) {
            printf("CHAN_SEED=%ld ended with status %d and printed:\n%s%s",
                   seed, status, o.out.bytes, o.err.bytes);
            return FAILED;
        }
        if (!keep(kept, different, seed, o))
            continue;
        different++;
        printf("%ld\n", seed);
    }
    for (size_t i = 0; i < different; i++) {
        free(kept[i].out.bytes);
        free(kept[i].err.bytes);
    }
    free(kept);
    return 0;
}
