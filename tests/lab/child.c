/* child -- the deadlock is in a child process, and the parent gets status 3.
 *
 * The child has only the thread that forked, and goroutines of its own. When all
 * of them are asleep, the child exits with status 3, which its parent reads.
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
    sleep_ms(20); /* a malloc() there during fork() breaks ASan's */
    pid_t child = fork();
    if (child == 0) {
        /* Not `calls`: the goroutine that waits in it is in the parent only. */
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
