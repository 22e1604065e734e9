/* forks -- correct: parent and child each have goroutines of their own.
 *
 * The child has one thread, and none of the parent's waiting goroutines.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <sys/wait.h>

static void answer(void *arg)
{
    chan(int) out = arg;
    sleep_ms(20);
    chan_send(out, 7);
}

static int ask(void)
{
    int n = 0;
    chan(int) out = chan_make(int, 0);
    go(answer, out);
    chan_recv(out, &n);
    chan_free(out);
    return n;
}

struct waiter {
    chan(bool) here;
    chan(int) quit;
};

static void wait_for(void *arg)
{
    const struct waiter *self = arg;
    chan_send(self->here, true);
    chan_recv(self->quit, NULL);
}

int main(void)
{
    struct waitgroup wg = {0};
    struct waiter w = {chan_make(bool, 0), chan_make(int, 0)};
    int status = -1;
    for (int i = 0; i < 3; i++)
        wg_go(&wg, wait_for, w);
    for (int i = 0; i < 3; i++)
        chan_recv(w.here, NULL);
    sleep_ms(20); /* a malloc() there during fork() breaks ASan's */
    pid_t child = fork();
    if (child == 0)
        return ask() == 7 ? 0 : 1;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    int n = ask();
    chan_close(w.quit);
    wg_wait(&wg);
    chan_free(w.quit);
    chan_free(w.here);
    return n == 7 && status == 0 ? 0 : 1;
}
