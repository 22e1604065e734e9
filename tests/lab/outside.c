/* outside -- correct: goroutines wait for signals and input that the program sends to itself.
 *
 * `outside signal`, `outside poll` and `outside epoll` wait for two such things each, while
 * workers send to main. `outside kill` waits for a signal from somewhere else, `outside read` for
 * input, `outside group` has two goroutines left that wait for each other, and `outside library`
 * waits for a thread that the laboratory does not count. `outside handler`
 * has a signal handler that interrupts a poll(). In `outside soon` main sends the signal and then
 * polls until it has been received.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>

static int ends[2]; /* of a pipe */
static sigset_t signals;
static struct waitgroup sending;

static void wait_signal(void *arg)
{
    chan(int) out = arg;
    for (int i = 0, number; i < 2; i++) {
        sigwait(&signals, &number); /* sigwait */
        chan_send(out, 100);
    }
}

static atomic_bool received;

static void wait_soon(void *arg)
{
    int number;
    sigwait(&signals, &number);
    atomic_store(&received, true);
    chan_send((chan(int))arg, 100);
}

/* The goroutine is given 100,000 looks of main. */
static void start_soon(chan(int) out)
{
    go(wait_soon, out);
    sleep_ms(10);
    kill(getpid(), SIGRTMIN);
    for (int n = 0; n < 100000 && !atomic_load(&received); n++)
        ;
    puts(atomic_load(&received) ? "soon" : "late");
}

static void wait_poll(void *arg)
{
    chan(int) out = arg;
    char c;
    for (int i = 0; i < 2; i++) {
        struct pollfd fd = {.fd = ends[0], .events = POLLIN};
        poll(&fd, 1, -1);
        chan_send(out, read(ends[0], &c, 1) == 1 ? 100 : -1);
    }
}

static void wait_epoll(void *arg)
{
    chan(int) out = arg;
    char c;
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT};
    epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
    for (int i = 0; i < 2; i++) {
        epoll_wait(epoll, &event, 1, -1);
        chan_send(out, read(ends[0], &c, 1) == 1 ? 100 : -1);
        event.events = EPOLLIN | EPOLLONESHOT;
        epoll_ctl(epoll, EPOLL_CTL_MOD, ends[0], &event);
    }
    close(epoll);
}

static void wait_read(void *arg)
{
    chan(int) out = arg;
    char c;
    chan_send(out, read(0, &c, 1) == 1 ? 100 : -1); /* read */
}

static void on_signal(int number)
{
    (void)number;
}

static void wait_handler(void *arg)
{
    chan(int) out = arg;
    pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
    chan_send(out, poll(NULL, 0, -1) < 0 && errno == EINTR ? 100 : -1);
}

/* The first signals may come before the poll() begins. */
static void send_signals(void *arg)
{
    chan(bool) stop = arg;
    while (chan_select(chan_on_recv(stop, NULL), chan_on_timeout_ms(10)) == 1)
        kill(getpid(), SIGRTMIN);
}

struct worker {
    chan(int) out;
    int id;
    bool kills, writes;
};

static void worker(void *arg)
{
    const struct worker *self = arg;
    for (int i = 0; i < 2; i++)
        chan_send(self->out, self->id);
    if (self->kills)
        kill(getpid(), SIGRTMIN);
    if (self->writes && write(ends[1], "!", 1) != 1)
        abort();
    chan_send(self->out, self->id);
}

/* A thread of a library: without the macro the laboratory does not see how it is created. */
static void *send_late(void *arg)
{
    chan(int) out = arg;
    (usleep)(1500000);
    chan_send(out, 100);
    return NULL;
}

static int start_library(chan(int) out)
{
    pthread_t id;
    return (pthread_create)(&id, NULL, send_late, out) || pthread_detach(id);
}

/* Broken: each of the two receives before it sends. */
struct pair {
    chan(int) in, out;
};

static void wait_pair(void *arg)
{
    const struct pair *self = arg;
    chan_recv(self->in, NULL); /* pair */
    chan_send(self->out, 1);
}

static void start_group(chan(int) out)
{
    chan(int) back = chan_make(int, 0);
    chan(int) forth = chan_make(int, 0);
    go(wait_pair, (struct pair){back, forth}); /* pair goes */
    go(wait_pair, (struct pair){forth, back});
    go(wait_read, out);
}

/* Starts what `how` names, and returns how many values will come. */
static int start(const char *how, chan(int) out, chan(bool) stop)
{
    bool kills = strcmp(how, "signal") == 0;
    if (strcmp(how, "library") == 0)
        return start_library(out) ? 0 : 1;
    if (strcmp(how, "read") == 0) {
        go(wait_read, out); /* read goes */
        return 1;
    }
    if (strcmp(how, "soon") == 0) {
        start_soon(out);
        return 1;
    }
    if (strcmp(how, "group") == 0) {
        start_group(out);
        return 1;
    }
    if (strcmp(how, "handler") == 0) {
        go(wait_handler, out);
        wg_go(&sending, send_signals, stop);
        return 1;
    }
    if (kills || strcmp(how, "kill") == 0)
        go(wait_signal, out); /* goes */
    else if (strcmp(how, "poll") == 0)
        go(wait_poll, out);
    else
        go(wait_epoll, out);
    if (strcmp(how, "kill") == 0)
        return 2;
    for (int id = 1; id <= 2; id++)
        go(worker, (struct worker){out, id, kills, !kills});
    return 8;
}

int main(int argc, char **argv)
{
    chan(int) out = chan_make(int, 0);
    chan(bool) stop = chan_make(bool, 0);
    int value;
    sigemptyset(&signals);
    sigaddset(&signals, SIGRTMIN);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    sigaction(SIGRTMIN, &(struct sigaction){.sa_handler = on_signal}, NULL);
    if (pipe(ends) != 0)
        return 1;
    int n = start(argc > 1 ? argv[1] : "signal", out, stop);
    for (int i = 0; i < n; i++) {
        chan_recv(out, &value); /* main */
        printf("%d\n", value);
        fflush(stdout);
    }
    chan_close(stop);
    wg_wait(&sending);
    chan_free(stop);
    chan_free(out);
}
