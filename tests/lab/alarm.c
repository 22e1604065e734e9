/* alarm -- correct: all wait for one goroutine, which waits for a signal.
 *
 * The handler writes to a pipe, because it must not call any function of chan.h.
 * `alarm sigwait` has a goroutine that waits for the signal instead of a handler.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <sys/time.h>

static int ends[2]; /* of the pipe */

static void on_alarm(int number)
{
    (void)number;
    int was = errno;
    if (write(ends[1], "!", 1) != 1)
        _exit(9);
    errno = was;
}

static void read_pipe(void *arg)
{
    chan(int) rang = arg;
    char c;
    while (read(ends[0], &c, 1) < 0 && errno == EINTR)
        continue;
    chan_close(rang);
}

static void wait_signal(void *arg)
{
    chan(int) rang = arg;
    sigset_t set;
    int number;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigwait(&set, &number);
    chan_close(rang);
}

int main(int argc, char **argv)
{
    chan(int) rang = chan_make(int, 0);
    struct itimerval later = {.it_value = {.tv_usec = 150000}};
    (void)argv;
    if (argc > 1) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGALRM);
        pthread_sigmask(SIG_BLOCK, &set, NULL);
        go(wait_signal, rang);
    } else {
        if (pipe(ends) != 0)
            return 1;
        sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
        go(read_pipe, rang);
    }
    setitimer(ITIMER_REAL, &later, NULL);
    chan_recv(rang, NULL);
    chan_free(rang);
}
