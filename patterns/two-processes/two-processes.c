/* two-processes -- send values through a socket to another process.
 *
 * A channel ends at the border of its process. Here a goroutine on each side
 * continues it: one receives from a channel and writes to a socket, the other
 * one reads from the socket and sends into a channel. A socket carries bytes, so
 * each value is a frame: its size, and then its bytes.
 *
 *     main --lines--> to_socket ==socket==> from_socket --lines--> main
 *          '------- parent -------'         '-------- child --------'
 *
 * Watch the end: a close of the first channel becomes the end of file of the
 * socket, and that becomes a close of the second channel.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONGEST = 1000 }; /* what is longer must be garbage */

/* send() may write less than the whole block. Without MSG_NOSIGNAL a reader that
 * has exited would end this process by SIGPIPE. */
static bool write_all(int fd, const void *block, size_t size)
{
    for (const char *next = block; size > 0;) {
        ssize_t n = send(fd, next, size, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            return false;
        size_t done = n > 0 ? (size_t)n : 0;
        next += done;
        size -= done;
    }
    return true;
}

/* recv() may read less, too. Returns how much there was before the end. */
static size_t read_all(int fd, void *block, size_t size)
{
    size_t got = 0;
    while (got < size) {
        ssize_t n = recv(fd, (char *)block + got, size - got, 0);
        if (n == 0 || (n < 0 && errno != EINTR))
            break;
        got += n > 0 ? (size_t)n : 0;
    }
    return got;
}

struct bridge {
    int fd;
    chan(char *) lines; /* its receiver frees the line */
};

/* From the channel to the socket, until the channel is closed. If the child has
 * exited, the lines are dropped; its exit status tells main. */
static void to_socket(void *arg)
{
    const struct bridge *b = arg;
    bool connected = true;
    for (char *line; chan_recv(b->lines, &line);) {
        uint32_t size = (uint32_t)strlen(line);
        connected = connected && write_all(b->fd, &size, sizeof size) &&
                    write_all(b->fd, line, size);
        free(line);
    }
    shutdown(b->fd, SHUT_WR); /* the other process reads an end of file */
}

/* Returns the text of the next frame, or NULL at the end of the file. */
static char *read_frame(int fd)
{
    uint32_t size;
    size_t got = read_all(fd, &size, sizeof size);
    if (got == 0)
        return NULL;
    char *text = NULL;
    if (got == sizeof size && size <= LONGEST)
        text = calloc(size + 1, 1);
    if (!text || read_all(fd, text, size) != size) {
        fputs("two-processes: the frame is broken\n", stderr);
        _exit(1);
    }
    return text;
}

/* From the socket to the channel, until the end of the file. */
static void from_socket(void *arg)
{
    const struct bridge *b = arg;
    for (char *line; (line = read_frame(b->fd));)
        chan_send(b->lines, line);
    chan_close(b->lines);
}

static void parent(struct bridge b, int n)
{
    struct waitgroup wg = {0};
    wg_go(&wg, to_socket, b);
    for (int i = 1; i <= n; i++) {
        char *line = NULL;
        if (asprintf(&line, "record %d%.*s", i, i % 4, "...") < 0)
            abort();
        chan_send(b.lines, line);
    }
    chan_close(b.lines);
    wg_wait(&wg);
}

static void child(struct bridge b)
{
    struct waitgroup wg = {0};
    wg_go(&wg, from_socket, b);
    for (char *line; chan_recv(b.lines, &line);) {
        printf("child: %zu bytes: %s\n", strlen(line), line);
        free(line);
    }
    puts("child: the channel is closed");
    wg_wait(&wg);
}

/* ---- The program around it: options, input, report ---- */

static int failed(const char *call)
{
    fprintf(stderr, "two-processes: %s: %s\n", call, strerror(errno));
    return 1;
}

int main(int argc, char **argv)
{
    int n = args_number(argc, argv, "two-processes [RECORDS]", 3, 0, 1000000);
    int ends[2], status = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return failed("socketpair");
    /* Before the first go(): a fork copies only the thread that calls it. */
    pid_t pid = fork();
    if (pid < 0)
        return failed("fork");

    /* Each process closes the other's end. Otherwise the child would hold an
     * open end itself, and would never read the end of the file. */
    bool is_child = pid == 0;
    close(ends[!is_child]);
    struct bridge b = {ends[is_child], chan_make(char *, 0)};
    if (is_child)
        child(b);
    else
        parent(b, n);
    close(b.fd);
    chan_free(b.lines);
    if (!is_child && waitpid(pid, &status, 0) == pid)
        printf("parent: the child has %s\n", status == 0 ? "ended" : "failed");
    return status != 0 || fflush(stdout) != 0 || ferror(stdout);
}
