/* head.h -- asks a web server for the head of a page; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
struct address {
    char host[256], path[512]; /* the host with its port, if the URL has one */
    struct sockaddr_in at;
};

enum { STATE = 64 };

/* Cuts http://host[:port][/path] up, and looks the host up: its first address,
 * of IPv4. */
static bool address_parse(struct address *a, const char *url)
{
    struct addrinfo *found, hints = {.ai_family = AF_INET};
    char host[256] = "", rest;
    *a = (struct address){.path = "/"};
    int parts = sscanf(url, "http://%255[-.:_0-9A-Za-z]%511s%c", a->host,
                       a->path, &rest);
    if (parts < 1 || parts > 2 || *a->path != '/')
        return false;
    const char *port = strchr(a->host, ':') ? strchr(a->host, ':') + 1 : "80";
    long n = strtol(port, NULL, 10);
    sscanf(a->host, "%255[^:]", host);
    if (port[strspn(port, "0123456789")] || n < 1 || n > 65535 || !*host ||
        getaddrinfo(host, NULL, &hints, &found) != 0)
        return false;
    memcpy(&a->at, found->ai_addr, sizeof a->at);
    a->at.sin_port = htons((uint16_t)n);
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
    if (connect(fd, (const struct sockaddr *)&a->at, sizeof a->at) != 0 &&
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
    text[strcspn(text, "\r\n")] = '\0';
    n = 0;
    sscanf(text, "HTTP/%*d.%*d %*3[0-9]%n", &n);
    errno = EPROTO; /* if this is not HTTP */
    return n > 0 && sscanf(text, "%*s %63[ -~]", state) == 1;
}

/* Writes a state: "200 OK", or why there is none, in limit_ms at most. Returns
 * false, and writes none, if it failed and the pipe `quit` is closed. */
static bool ask(const struct address *a, int quit, int limit_ms,
                char state[STATE])
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool answered = fd >= 0 && ask_on(fd, a, quit, now_ms() + limit_ms, state);
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (answered)
        return true;
    if (!ready(-1, 0, quit, 0) && errno == ECANCELED)
        return false;
    snprintf(state, STATE, "%s", strerror(error));
    return true;
}
