/* head.h -- asks a web server for the head of a page; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
struct address {
    char host[256], path[512];
    struct sockaddr_storage at; /* its number and port, and how long that is */
    socklen_t at_size;
};

enum { STATE = 64 };

/* Cuts http://host[:port][/path] up, and looks the host up. */
static bool address_parse(struct address *a, const char *url)
{
    struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM};
    char end;
    *a = (struct address){.path = "/"};
    int parts = sscanf(url, "http://%255[^/]%511s%c", a->host, a->path, &end);
    char *port = strchr(a->host, ':');
    if (port)
        *port++ = '\0';
    if (parts < 1 || parts > 2 ||
        getaddrinfo(a->host, port ? port : "80", &hints, &found) != 0)
        return false;
    memcpy(&a->at, found->ai_addr, a->at_size = found->ai_addrlen);
    freeaddrinfo(found);
    return true;
}

/* Waits for the socket; not longer than `until`, and not if `quit` is closed. */
static bool ready(int fd, short events, int quit, long long until)
{
    struct pollfd wait[] = {{.fd = fd, .events = events}, {.fd = quit}};
    long long left = until - now_ms();
    int n = poll(wait, 2, left > 0 ? (int)left : 0);
    errno = n == 0 ? ETIMEDOUT : wait[1].revents ? ECANCELED : errno;
    return n > 0 && !wait[1].revents;
}

static bool ask_on(int fd, const struct address *a, int quit, long long until,
                   char state[STATE])
{
    char text[1024];
    int error = 0,
        n = snprintf(text, sizeof text, "HEAD %s HTTP/1.0\r\nHost: %s\r\n\r\n",
                     a->path, a->host);
    socklen_t size = sizeof error;
    if (connect(fd, (const struct sockaddr *)&a->at, a->at_size) != 0 &&
        (errno != EINPROGRESS || !ready(fd, POLLOUT, quit, until)))
        return false;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    if (error || send(fd, text, (size_t)n, MSG_NOSIGNAL) != n)
        return false;
    text[0] = '\0';
    for (size_t used = 0; used < sizeof text - 1 && !strchr(text, '\n');) {
        ssize_t got = -1;
        if (!ready(fd, POLLIN, quit, until) ||
            (got = recv(fd, text + used, sizeof text - 1 - used, 0)) < 0)
            return false;
        if (got == 0)
            break;
        text[used += (size_t)got] = '\0';
    }
    errno = EPROTO; /* if this is not HTTP */
    return sscanf(text, "HTTP/%*d.%*d %63[ -~]", state) == 1;
}

/* Writes a state: "200 OK", or why there is none, in limit_ms at most. Returns
 * false, and writes none, if the pipe `quit` was closed meanwhile. */
static bool ask(const struct address *a, int quit, int limit_ms,
                char state[STATE])
{
    int fd =
        socket(a->at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool answered = fd >= 0 && ask_on(fd, a, quit, now_ms() + limit_ms, state);
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (!answered && error != ECANCELED)
        snprintf(state, STATE, "%s", strerror(error));
    return answered || error != ECANCELED;
}
