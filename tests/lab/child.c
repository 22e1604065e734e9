/* child -- the deadlock is in a child process, and the parent is told.
 *
 * The child has only the thread that forked, and goroutines of its own. Its
 * parent learns by the exit status, 3, that all of them are asleep.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <sys/wait.h>

static void wait_for(void *arg)
{
    chan(int) calls = arg;
    while (chan_recv(calls, NULL)) /* waits */
        continue;
}

int main(void)
{
    struct waitgroup wg = {0};
    chan(int) calls = chan_make(int, 0);
    int status = -1;
    wg_go(&wg, wait_for, calls); /* in the parent */
    chan_send(calls, 1);
    sleep_ms(20); /* a malloc() in it amid the fork breaks ASan's */
    pid_t child = fork();
    if (child == 0) {
        /* Its own: in calls a goroutine waits that only the parent has. */
        chan(int) own = chan_make(int, 0);
        go(wait_for, own);    /* started */
        chan_recv(own, NULL); /* main waits */
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    chan_close(calls);
    wg_wait(&wg);
    chan_free(calls);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 9;
}
