/* goroutine-per-connection -- an echo server for thousands of clients.
 *
 * Each connection has a goroutine, which blocks only on a channel. Another
 * goroutine, the poller, waits for all sockets in epoll_wait(). When a socket
 * is ready, the poller sends a value to the channel of this socket.
 *
 *     poller --ready--> echo   <== TCP ==>   client <--ready-- poller
 *
 * Watch the last numbers: each line comes back, on idle connections too.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "net.h"

/* ready[fd] has one slot, for "fd may be ready". The channel stays when fd is
 * closed, because the poller may still have an event for it. The next socket
 * with this number then tries once in vain. Written before the first go(). */
static chan(bool) *ready;
static int epoll_fd;

/* Waits for all sockets. Returns when a file without a channel is ready. */
static void poller(void *arg)
{
    (void)arg;
    struct epoll_event events[64];
    for (;;) {
        int n = epoll_wait(epoll_fd, events, 64, -1);
        for (int i = 0; i < n; i++) {
            chan(bool) c = events[i].data.ptr;
            if (!c)
                return;
            /* If the slot is full, the goroutine will try again anyway. */
            chan_select(chan_on_send(c, true), CHAN_DEFAULT);
        }
    }
}

/* From now on the poller sends to c at each change of fd (EPOLLET). */
static void watch(int fd, chan(bool) c)
{
    struct epoll_event event = {EPOLLIN | EPOLLOUT | EPOLLET, {.ptr = c}};
    must(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event), "cannot watch");
}

/* After a call on fd has failed: blocks until fd may be ready, and in a channel
 * only. Returns false if waiting cannot help. */
static bool may_retry(int fd)
{
    if (errno == EAGAIN || errno == EINPROGRESS || errno == EALREADY)
        return chan_recv(ready[fd], NULL);
    return errno == EINTR || errno == ECONNABORTED;
}

static ssize_t receive(int fd, char *bytes, size_t size)
{
    ssize_t n;
    while ((n = recv(fd, bytes, size, 0)) < 0 && may_retry(fd))
        continue;
    return n;
}

static bool send_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);
        if (n < 0 && !may_retry(fd))
            return false;
        bytes += n < 0 ? 0 : n;
        size -= n < 0 ? 0 : (size_t)n;
    }
    return true;
}

/* The goroutine of one connection: plain code, as if reading could block. */
static void echo(void *arg)
{
    const int fd = *(int *)arg;
    char bytes[512];
    ssize_t n;
    while ((n = receive(fd, bytes, sizeof bytes)) > 0 &&
           send_all(fd, bytes, (size_t)n))
        continue;
    close(fd);
}

struct server {
    int fd; /* on which it listens, until main calls shutdown() */
    struct waitgroup *echoes;
};

static void server(void *arg)
{
    const struct server *s = arg;
    int fd;
    do {
        fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            watch(fd, ready[fd]);
            wg_go(s->echoes, echo, fd);
        }
    } while (fd >= 0 || may_retry(s->fd));
    must(errno == EINVAL ? 0 : -1, "cannot accept");
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"
#include "clients.h"

static void start_poller(struct waitgroup *polling, int files)
{
    allow_descriptors(files);
    ready = calloc((size_t)files, sizeof *ready);
    must(ready ? 0 : -1, "no channels");
    for (int fd = 0; fd < files; fd++)
        ready[fd] = chan_make(bool, 1);
    epoll_fd = must(epoll_create1(EPOLL_CLOEXEC), "no epoll");
    wg_go(polling, poller);
}

static void stop_poller(struct waitgroup *polling, int files)
{
    int quit = must(eventfd(1, EFD_CLOEXEC), "no eventfd"); /* is ready */
    watch(quit, NULL);
    wg_wait(polling);
    close(quit);
    close(epoll_fd);
    for (int fd = 0; fd < files; fd++)
        chan_free(ready[fd]);
    free(ready);
}

int main(int argc, char **argv)
{
    struct waitgroup polling = {0}, accepting = {0}, echoes = {0};
    struct clients clients = clients_wanted(argc, argv);
    int files = 64 + 2 * (clients.idle + clients.active);
    start_poller(&polling, files);
    int fd = listen_on_loopback(&clients.at);
    watch(fd, ready[fd]);
    wg_go(&accepting, server, (struct server){fd, &echoes});

    run_clients(&clients);
    shutdown(fd, SHUT_RD); /* The poller reports it, and server returns. */
    wg_wait(&accepting);
    wg_wait(&echoes); /* Each returns when its client has closed. */
    close(fd);
    stop_poller(&polling, files);
    return report(&clients);
}
