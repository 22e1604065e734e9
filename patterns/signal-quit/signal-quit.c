/* signal-quit -- turn ^C into a message, and shut down cleanly.
 *
 * ^C (SIGINT) and `kill` (SIGTERM) end a program in the middle of a job. A
 * signal handler could not help much: it may call neither printf() nor malloc()
 * nor chan_send(). So there is no handler. All threads block the two signals,
 * and one goroutine receives them with sigwait(). It sends the first signal to
 * a channel. For main, the signal is one more case of its select.
 *
 *                     ^C, kill --> listener --caught--.
 *                                                     +--> main
 *                                    source --jobs----'
 *
 * Watch what comes after the signal: the clean-up. With --twice a second ^C
 * comes during the clean-up and ends the program at once.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <signal.h>
#include <stdio.h>

/* Call it before the first go(): a goroutine inherits the signal mask of the
 * goroutine that starts it. A thread that does not block SIGINT dies of it. */
static sigset_t block_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN); /* ^C may have ended the reader of this output */
    return signals;
}

struct listener {
    sigset_t signals;
    chan(int) caught;    /* capacity 1, so the send never blocks */
    chan(bool) finished; /* closed by main, which then sends a signal */
};

static void listener(void *arg)
{
    const struct listener *self = arg;
    int signo;
    for (int n = 1; sigwait(&self->signals, &signo) == 0; n++) {
        if (chan_select(chan_on_recv(self->finished, NULL), CHAN_DEFAULT) == 0)
            return; /* main has cleaned up */
        if (n == 2)
            _exit(128 + signo); /* the second ^C: no clean-up */
        chan_send(self->caught, signo);
    }
}

/* Does jobs until there are no more or a signal comes. Then it stops the sources
 * of the jobs, which receive from quit, waits for them, and cleans up. */
static void run(sigset_t signals, chan(int) jobs, chan(bool) quit,
                struct waitgroup *sources, int clean_up_ms)
{
    chan(int) caught = chan_make(int, 1);
    chan(bool) finished = chan_make(bool, 0);
    struct waitgroup wg = {0};
    wg_go(&wg, listener, (struct listener){signals, caught, finished});

    int job, signo = 0;
    bool more = true;
    while (chan_select(chan_on_recv(jobs, &job, &more),
                       chan_on_recv(caught, &signo)) == 0 &&
           more && !ferror(stdout)) {
        sleep_ms(5); /* stands for the job */
        printf("job %d\n", job);
    }
    printf("stopping: %s\n", signo ? strsignal(signo) : "no more jobs");
    chan_close(quit);
    wg_wait(sources);
    sleep_ms(clean_up_ms); /* stands for the clean-up */
    puts("clean-up complete");

    chan_close(finished);
    kill(getpid(), SIGTERM); /* wakes the listener, which returns */
    wg_wait(&wg);
    chan_free(caught);
    chan_free(finished);
}

/* ---- The program around it: options, input, report ---- */

#include "pid_file.h"

struct source {
    int n;
    int presses; /* of ^C, after n jobs */
    chan(int) jobs;
    chan(bool) quit;
};

static void source(void *arg)
{
    const struct source *self = arg;
    for (int job = 1; job <= self->n; job++)
        if (chan_select(chan_on_send(self->jobs, job),
                        chan_on_recv(self->quit, NULL)) == 1)
            break;
    for (int i = 0; i < self->presses; i++) {
        kill(getpid(), SIGINT);
        chan_recv(self->quit, NULL); /* main has received the signal */
    }
    chan_close(self->jobs);
}

int main(int argc, char **argv)
{
    int n = 3, clean_up_ms = 100;
    bool twice = false;
    const char *name = NULL;
    bool press =
        args(argc, argv, "signal-quit [--twice] [-c MS] [-p FILE] [JOBS]",
             opt_flag("twice", &twice),
             opt_number('c', &clean_up_ms, 0, 60 * 1000), opt_text('p', &name),
             arg_number(&n, 0, 1000000)) == 0;
    int presses = press ? 1 + twice : 0;
    sigset_t signals = block_signals();
    setvbuf(stdout, NULL, _IOLBF, 0); /* _exit() would drop what is buffered */
    pid_file_create(name);

    chan(int) jobs = chan_make(int, 0);
    chan(bool) quit = chan_make(bool, 0);
    struct waitgroup sources = {0};
    wg_go(&sources, source, (struct source){n, presses, jobs, quit});
    run(signals, jobs, quit, &sources, clean_up_ms);
    pid_file_remove(name);
    chan_free(jobs);
    chan_free(quit);
    return fflush(stdout) != 0 || ferror(stdout);
}
