/* reader -- correct: all wait for one goroutine, which reads from a pipe.
 *
 * The data comes 200 ms later: from a child (`reader child`), from a thread of
 * pthread_create() (`reader thread`), or on standard input.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>
#include <sys/wait.h>

static int ends[2]; /* of the pipe */

static void *write_late(void *arg)
{
    (void)arg;
    usleep(200000);
    return write(ends[1], "!", 1) == 1 ? NULL : ends;
}

static void read_one(void *arg)
{
    chan(char) out = arg;
    char c;
    while (read(ends[0], &c, 1) < 0 && errno == EINTR)
        continue;
    chan_send(out, c);
}

int main(int argc, char **argv)
{
    const char *by = argc > 1 ? argv[1] : "";
    chan(char) out = chan_make(char, 0);
    pthread_t id;
    pid_t child = -1;
    char c;
    if (*by && pipe(ends) != 0)
        return 1;
    if (strcmp(by, "child") == 0 && (child = fork()) == 0)
        _exit(write_late(NULL) != NULL);
    if (strcmp(by, "thread") == 0)
        pthread_create(&id, NULL, write_late, NULL);
    go(read_one, out);
    chan_recv(out, &c);
    putchar(c);
    if (strcmp(by, "thread") == 0)
        pthread_join(id, NULL);
    if (child > 0)
        waitpid(child, NULL, 0);
    chan_free(out);
}
