/* signal-quit -- turn ^C into a message.
 *
 * ^C ends a program in the middle of anything, and a signal handler may call
 * next to nothing. So there is no handler here: every thread blocks the signal,
 * and one goroutine waits for it and sends it to a channel. To the kiosk it is
 * one more case of the select that it stands in anyway.
 *
 *     ^C, kill --> listener --caught--.
 *                                     +--> kiosk --> takes its sign in
 *                  customers --queue--'
 *
 * Watch what comes after the signal: the kiosk counts its till and takes its
 * sign in, as on any other evening. A second ^C doesn't wait for that.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <signal.h>
#include <stdio.h>

#include "sign.h"

/* From us, to our own listener. Real-time signals queue: each is waited for
 * once, even where a stranger has sent one, too. */
#define GO_HOME SIGRTMIN

struct listener {
    sigset_t all, only_go_home;
    chan(int) caught;
};

static void listener(void *arg)
{
    const struct listener *self = arg;
    int signo;
    sigwait(&self->all, &signo);

    /* Whoever presses again won't wait for us. From now on we block nothing but
     * GO_HOME, so the next ^C ends the program here, at once. */
    pthread_sigmask(SIG_SETMASK, &self->only_go_home, NULL);

    chan_send(self->caught, signo); /* never waits: there is room for one */
    sigwait(&self->only_go_home, &signo);
}

struct customers {
    int n;
    bool press; /* the last of them presses ^C */
    chan(int) queue;
    chan(bool) closed;
};

static void customers(void *arg)
{
    const struct customers *self = arg;
    for (int i = 1; i <= self->n; i++)
        if (chan_select(chan_on_send(self->queue, i),
                        chan_on_recv(self->closed, NULL)) == 1)
            break;
    if (self->press) {
        kill(getpid(), SIGINT);
        chan_recv(self->closed, NULL);
    }
    chan_close(self->queue);
}

/* Returns how many customers were served: all, or those before the signal.
 * When nobody reads what it says any more it closes, too. */
static int serve(chan(int) queue, chan(int) caught)
{
    int served = 0, signo = 0;
    bool more = true;
    while (chan_select(chan_on_recv(queue, NULL, &more),
                       chan_on_recv(caught, &signo)) == 0 &&
           more && !ferror(stdout)) {
        sleep_ms(5); /* no signal breaks this off: he gets his coffee */
        printf("served customer %d\n", ++served);
    }
    printf("kiosk: closing (%s)\n", more ? strsignal(signo) : "no more come");
    return served;
}

/* A thread inherits what its creator blocks; so this comes before any go(). */
static void block_signals(struct listener *l)
{
    sigemptyset(&l->only_go_home);
    sigaddset(&l->only_go_home, GO_HOME);
    l->all = l->only_go_home;
    sigaddset(&l->all, SIGINT);
    sigaddset(&l->all, SIGTERM);
    if (signal(SIGHUP, SIG_IGN) != SIG_IGN) /* else nohup has seen to it */
        sigaddset(&l->all, SIGHUP);         /* the first; often two come */
    signal(SIGINT, SIG_DFL);  /* a script's & ignores it, even the second */
    signal(SIGPIPE, SIG_IGN); /* printf() fails instead */
    pthread_sigmask(SIG_BLOCK, &l->all, NULL);
}

int main(int argc, char **argv)
{
    int n = 3;
    const char *sign = NULL;
    bool press = args(argc, argv, "signal-quit [-s SIGN] [CUSTOMERS]",
                      opt_text('s', &sign), arg_number(&n, 0, 1000000)) == 0;
    struct listener listener_args;
    block_signals(&listener_args);
    put_out(sign);

    chan(int) queue = chan_make(int, 0);
    chan(bool) closed = chan_make(bool, 0);
    struct waitgroup wg = {0};
    listener_args.caught = chan_make(int, 1);
    wg_go(&wg, listener, listener_args);
    wg_go(&wg, customers, (struct customers){n, press, queue, closed});

    int served = serve(queue, listener_args.caught);
    chan_close(closed);
    sleep_ms(20 + 2 * served); /* the coins are small */
    printf("(counts the till: %d)\n", served);
    take_in(sign);

    kill(getpid(), GO_HOME); /* it hears no channel, and waits twice */
    kill(getpid(), GO_HOME);
    wg_wait(&wg);
    puts("kiosk: closed, nobody inside");
    chan_free(queue);
    chan_free(listener_args.caught);
    chan_free(closed);
    return fflush(stdout) != 0 || ferror(stdout);
}
