/* rehearsal.h -- three web servers of our own, and a ^C, to show how it ends.
 * SPDX-License-Identifier: 0BSD */
enum { REHEARSED = 3 };

struct server {
    int fd, quit;
    bool falls_silent; /* says OK, says that it's closed, says nothing */
    const struct circle *circle;
};

/* One customer got no answer, so he, our only poller, waits. As soon as another
 * page is in the queue it is the time for ^C. */
static void press_ctrl_c(const struct server *self)
{
    errno = 0;
    while (chan_len(self->circle->pending) == 0 && errno != ECANCELED)
        ready(-1, 0, self->quit, now_ms() + 1);
    if (errno == ECANCELED) /* somebody else has pressed it */
        return;
    kill(getpid(), SIGINT);
    ready(-1, 0, self->quit, now_ms() + INT_MAX);
}

static void server(void *arg)
{
    static const char *const answers[] = {
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.0 503 Service Unavailable\r\n\r\n",
    };
    const struct server *self = arg;
    for (int i = 0; ready(self->fd, POLLIN, self->quit, now_ms() + INT_MAX);) {
        char wish[1024];
        int fd = accept4(self->fd, NULL, NULL, SOCK_CLOEXEC);
        recv(fd, wish, sizeof wish, 0);
        if (i < 2)
            send(fd, answers[i], strlen(answers[i]), MSG_NOSIGNAL);
        else
            press_ctrl_c(self);
        close(fd);
        i += self->falls_silent;
    }
    close(self->fd);
}

/* Opens a server on a free port of the loopback address: that is the page. */
static void open_server(struct page *page, const char *name, int rest_ms,
                        struct server self, struct waitgroup *everybody)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    *page = (struct page){.name = name, .rest_ms = rest_ms};
    page->address = (struct address){.host = "localhost", .path = "/"};
    socklen_t size = sizeof page->address.at;
    self.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(self.fd, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(self.fd, 16) != 0 ||
        getsockname(self.fd, (struct sockaddr *)&page->address.at, &size) !=
            0) {
        perror("url-poller: no rehearsal");
        exit(1);
    }
    wg_go(everybody, server, self);
}

/* A page at rest, one in the queue, one polled: with a single poller. Returns
 * how many pollers that is. */
static int rehearsal(struct page pages[REHEARSED], struct circle *c,
                     struct waitgroup *everybody)
{
    struct server server = {.quit = c->quit_pipe[0], .circle = c};
    open_server(&pages[0], "museum", 3600 * 1000, server, everybody);
    open_server(&pages[1], "bakery", 20, server, everybody);
    server.falls_silent = true;
    open_server(&pages[2], "library", 20, server, everybody);
    c->limit_ms = 60 * 1000; /* the poll of the silent one has to last */
    return 1;
}
