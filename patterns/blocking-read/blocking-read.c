/* blocking-read -- read a file descriptor through a channel, and stop at once.
 *
 * A goroutine that is blocked in read() receives from no channel, and close()
 * of its descriptor does not wake it. So the reader waits in poll() instead,
 * for its input and for a pipe named quit. Nothing is ever written to this
 * pipe. When main closes the write end, poll() returns.
 *
 *                     input --fd--> reader --lines--> main
 *                                     ^                |
 *                                     '--quit (pipe)---'
 *
 * Watch the end: no more input comes, and the input stays open, so read() would
 * block forever. The reader stops all the same.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "lines.h"

struct reader {
    int fd, quit;
    chan(char *) lines;
    bool *failed; /* written only by reader(); main reads it after wg_wait() */
};

/* Like read(), but fails with ECANCELED when the write end of quit is closed. */
static ssize_t read_or_quit(const struct reader *self, char *block, size_t size)
{
    struct pollfd fds[] = {{.fd = self->fd, .events = POLLIN},
                           {.fd = self->quit}};
    for (;;) {
        ssize_t n = poll(fds, 2, -1);
        if (fds[1].revents)
            return errno = ECANCELED, -1;
        if (n > 0)
            n = read(self->fd, block, size); /* does not block */
        if (n >= 0 || (errno != EINTR && errno != EAGAIN))
            return n;
    }
}

static void reader(void *arg)
{
    const struct reader *self = arg;
    struct lines lines = {0};
    char block[4096], *line;
    ssize_t n;

    while ((n = read_or_quit(self, block, sizeof block)) > 0) {
        lines_add(&lines, block, (size_t)n);
        while ((line = lines_next(&lines)))
            chan_send(self->lines, line); /* the receiver frees it */
    }
    *self->failed = n < 0 && errno != ECANCELED;
    if (*self->failed)
        perror("blocking-read");
    if (n == 0 &&
        (line = lines_rest(&lines))) /* the last line has no newline */
        chan_send(self->lines, line);
    free(lines.text);
    chan_close(self->lines);
}

/* Prints lines until the end of the input, or until none comes for silence_ms.
 * Returns how many. */
static int print_lines(chan(char *) lines, int silence_ms)
{
    int n = 0;
    char *line;
    bool more = true;
    while (more && chan_select(chan_on_recv(lines, &line, &more),
                               chan_on_timeout_ms(silence_ms)) == 0)
        if (more) {
            printf("line: %s\n", line);
            free(line);
            n++;
        }
    puts(more ? "main: no line for too long" : "main: end of input");
    return n;
}

/* Returns whether the descriptor could be read. */
static bool run(int fd, int silence_ms)
{
    int quit[2];
    if (pipe2(quit, O_CLOEXEC) != 0)
        perror("blocking-read: no pipe"), exit(1);
    chan(char *) lines = chan_make(char *, 0);
    struct waitgroup wg = {0};
    bool failed = false;
    wg_go(&wg, reader, (struct reader){fd, quit[0], lines, &failed});

    int dropped = 0, printed = print_lines(lines, silence_ms);
    close(quit[1]); /* wakes the reader if it waits in poll() */
    for (char *line; chan_recv(lines, &line); free(line))
        dropped++; /* wakes the reader if it waits in chan_send() */
    wg_wait(&wg);
    printf("reader: stopped (%d printed, %d dropped)\n", printed, dropped);
    chan_free(lines);
    close(quit[0]);
    return !failed;
}

/* ---- The program around it: options, input, report ---- */

/* If stdin were closed, pipe2() would return its number as that of quit. */
static void need_stdin(void)
{
    if (fcntl(STDIN_FILENO, F_GETFD) >= 0)
        return;
    perror("blocking-read");
    exit(1);
}

int main(int argc, char **argv)
{
    int silence_ms = 300, input[2] = {STDIN_FILENO, -1};
    bool from_stdin =
        args(argc, argv,
             "blocking-read [MILLISECONDS]   (waits so long for each line of "
             "standard input)",
             arg_number(&silence_ms, 0, 60 * 60 * 1000)) == 1;
    if (from_stdin)
        need_stdin();
    else if (pipe2(input, O_CLOEXEC) != 0)
        perror("blocking-read: no pipe"), exit(1);
    else /* three lines, and then nothing, but the pipe stays open */
        dprintf(input[1], "starting\nlistening\nready\n");

    bool ok = run(input[0], silence_ms);
    close(input[0]);
    if (!from_stdin)
        close(input[1]);
    return !ok || fflush(stdout) != 0 || ferror(stdout);
}
