/* demo.h -- three web servers for a run without arguments, and a ^C.
 * SPDX-License-Identifier: 0BSD */
enum { DEMO = 3 };

struct server {
    int fd;
    bool hangs; /* after two requests: 200, then 503, then no answer */
    struct pool pool;
};

/* The only poller waits for an answer. Presses ^C as soon as another target is
 * in the queue, and then waits until the pool is interrupted. */
static void press_ctrl_c(const struct pool *p)
{
    errno = 0;
    while (chan_len(p->pending) == 0 && errno != ECANCELED)
        ready(-1, 0, now_ms() + 1, p->quit_pipe[0]);
    if (errno == ECANCELED) /* The user has pressed ^C before. */
        return;
    kill(getpid(), SIGINT);
    ready(-1, 0, now_ms() + INT_MAX, p->quit_pipe[0]);
}

static void server(void *arg)
{
    static const char *const answers[] = {
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.0 503 Service Unavailable\r\n\r\n",
    };
    const struct server *s = arg;
    int quit = s->pool.quit_pipe[0];
    for (int i = 0; ready(s->fd, POLLIN, now_ms() + INT_MAX, quit);) {
        char request[1024];
        int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);
        recv(fd, request, sizeof request, 0);
        if (i < 2)
            send(fd, answers[i], strlen(answers[i]), MSG_NOSIGNAL);
        else
            press_ctrl_c(&s->pool);
        close(fd);
        i += s->hangs;
    }
    close(s->fd);
}

/* Starts a server on a free port of the loopback address, as a target. */
static void start_server(struct target *t, const char *name, int interval_ms,
                         struct server s, struct waitgroup *servers)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof t->address.at;
    t->name = name;
    t->interval_ms = interval_ms;
    t->address = (struct address){.host = "localhost", .path = "/"};
    s.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(s.fd, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(s.fd, 16) != 0 ||
        getsockname(s.fd, (struct sockaddr *)&t->address.at, &size) != 0) {
        perror("url-poller: no server for the demo");
        exit(1);
    }
    wg_go(servers, server, s);
}

static void demo(struct target targets[DEMO], struct pool *p,
                 struct waitgroup *servers)
{
    p->pollers = 1;
    p->limit_ms = 60 * 1000; /* ^C comes before this limit is over. */
    start_server(&targets[0], "archive", 60 * 60 * 1000,
                 (struct server){.pool = *p}, servers);
    start_server(&targets[1], "shop", 20, (struct server){.pool = *p}, servers);
    start_server(&targets[2], "login", 20,
                 (struct server){.pool = *p, .hangs = true}, servers);
}
