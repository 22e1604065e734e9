/* blocking-read -- read a file through a channel; stop whoever waits in `read`.
 *
 * A goroutine that waits in read() hears no channel, and closing the file under
 * it doesn't wake it. So the clerk waits in poll() instead: for a letter in the
 * slot, or for the bell. The bell is a pipe that nobody ever writes to; closing
 * its other end rings it.
 *
 *     letters --slot--> clerk --letters--> main
 *                         ^                 |
 *                         +------bell-------+
 *
 * Watch the end: no more letters come, and the slot stays open, so no read()
 * would ever return. Still the clerk goes home as soon as it rings.
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

struct clerk {
    int slot, bell;
    chan(char *) letters;
    bool *failed;
};

/* A read() that the bell breaks off, with ECANCELED. */
static ssize_t read_or_bell(const struct clerk *self, char *block, size_t size)
{
    struct pollfd fds[] = {{.fd = self->slot, .events = POLLIN},
                           {.fd = self->bell}};
    for (ssize_t n = -1;;) {
        if (poll(fds, 2, -1) >= 0) {
            if (fds[1].revents)
                return errno = ECANCELED, -1;
            n = read(self->slot, block, size); /* does not wait: it is there */
        }
        if (n >= 0 || (errno != EINTR && errno != EAGAIN))
            return n;
    }
}

static void clerk(void *arg)
{
    const struct clerk *self = arg;
    struct lines lines = {0};
    char block[4096], *letter;
    ssize_t n;

    while ((n = read_or_bell(self, block, sizeof block)) > 0) {
        lines_add(&lines, block, (size_t)n);
        while ((letter = lines_next(&lines)))
            chan_send(self->letters, letter); /* main's now, who frees it */
    }
    *self->failed = n < 0 && errno != ECANCELED;
    if (*self->failed)
        perror("blocking-read");
    if (n == 0 && (letter = lines_rest(&lines))) /* the last has no newline */
        chan_send(self->letters, letter);
    free(lines.text);
    chan_close(self->letters);
}

/* Reads letters aloud until there are no more, or none comes for a while. */
static int read_aloud(chan(char *) letters, int silence_ms)
{
    int n = 0;
    char *letter;
    bool more = true;
    while (more && chan_select(chan_on_recv(letters, &letter, &more),
                               chan_on_timeout_ms(silence_ms)) == 0)
        if (more) {
            printf("letter: %s\n", letter);
            free(letter);
            n++;
        }
    puts(more ? "main: nothing comes, so we close" : "main: no more will come");
    return n;
}

static void make_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) != 0)
        perror("blocking-read: no pipe"), exit(1);
}

/* Closed, it would be the number of the first pipe that we make. */
static void need_stdin(void)
{
    if (fcntl(STDIN_FILENO, F_GETFD) >= 0)
        return;
    perror("blocking-read");
    exit(1);
}

int main(int argc, char **argv)
{
    int silence_ms = 300;
    bool from_stdin =
        args(argc, argv,
             "blocking-read [MILLISECONDS]   (waits so long for each line of "
             "standard input)",
             arg_number(&silence_ms, 0, 60 * 60 * 1000)) == 1;
    if (from_stdin)
        need_stdin();
    int bell[2], slot[2] = {STDIN_FILENO, -1};
    make_pipe(bell);
    if (!from_stdin) {
        make_pipe(slot); /* three letters, and then nothing, forever */
        dprintf(slot[1], "from ann\nfrom bob\nfrom cat\n");
    }

    chan(char *) letters = chan_make(char *, 0);
    struct waitgroup wg = {0};
    bool failed = false;
    wg_go(&wg, clerk, (struct clerk){slot[0], bell[0], letters, &failed});

    int heard = read_aloud(letters, silence_ms), unheard = 0;
    close(bell[1]);
    /* He may wait here with a letter in his hand, where he hears no bell. */
    for (char *letter; chan_recv(letters, &letter); free(letter))
        unheard++;
    wg_wait(&wg);
    printf("clerk: gone home (%d letters read, %d not)\n", heard, unheard);

    chan_free(letters);
    close(bell[0]);
    close(slot[0]);
    if (slot[1] >= 0)
        close(slot[1]);
    return failed || fflush(stdout) != 0 || ferror(stdout);
}
