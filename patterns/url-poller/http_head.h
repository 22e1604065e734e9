/* http_head.h -- sends an HTTP HEAD request over IPv4. It starts no goroutine.
 * SPDX-License-Identifier: 0BSD */
struct address {
    char host[256]; /* with the port, if the URL has one */
    char path[512];
    struct sockaddr_in at;
};

enum { STATE = 64 };

/* Splits http://host[:port][/path] and looks the host up. Returns false if the
 * URL is wrong or the host has no IPv4 address. */
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

/* Waits until the socket is ready. Returns false with errno ETIMEDOUT if it is
 * not ready at the time `until`, or ECANCELED if the pipe `quit` is closed. */
static bool ready(int fd, short events, long long until, int quit)
{
    struct pollfd wait[] = {{.fd = fd, .events = events}, {.fd = quit}};
    long long left = until - now_ms();
    int n = poll(wait, 2, left > 0 ? (int)left : 0);
    errno = n == 0 ? ETIMEDOUT : wait[1].revents ? ECANCELED : errno;
    return n > 0 && !wait[1].revents;
}

/* Returns whether the socket is connected and the request is sent. */
static bool request(int fd, const struct address *a, long long until, int quit)
{
    char text[1024];
    int error = 0,
        n = snprintf(text, sizeof text, "HEAD %s HTTP/1.0\r\nHost: %s\r\n\r\n",
                     a->path, a->host);
    socklen_t size = sizeof error;
    if (connect(fd, (const struct sockaddr *)&a->at, sizeof a->at) != 0 &&
        (errno != EINPROGRESS || !ready(fd, POLLOUT, until, quit)))
        return false;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    return !error && send(fd, text, (size_t)n, MSG_NOSIGNAL) == n;
}

/* Reads the first line of the response and writes its state. */
static bool response(int fd, long long until, int quit, char state[STATE])
{
    char text[1024] = "";
    for (size_t used = 0; used < sizeof text - 1 && !strchr(text, '\n');) {
        ssize_t got = -1;
        if (!ready(fd, POLLIN, until, quit) ||
            (got = recv(fd, text + used, sizeof text - 1 - used, 0)) < 0)
            return false;
        if (got == 0)
            break;
        text[used += (size_t)got] = '\0';
    }
    text[strcspn(text, "\r\n")] = '\0';
    int n = 0;
    sscanf(text, "HTTP/%*d.%*d %*3[0-9]%n", &n);
    errno = EPROTO; /* if this is not HTTP */
    return n > 0 && sscanf(text, "%*s %63[ -~]", state) == 1;
}

/* Sends a HEAD request and writes the state of the server, within limit_ms: "200
 * OK", or the error. Returns false and writes nothing if the pipe `quit` is
 * closed before the answer is there. */
static bool http_head(const struct address *a, int limit_ms, int quit,
                      char state[STATE])
{
    long long until = now_ms() + limit_ms;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool answered = fd >= 0 && request(fd, a, until, quit) &&
                    response(fd, until, quit, state);
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (answered)
        return true;
    if (!ready(-1, 0, now_ms(), quit) && errno == ECANCELED)
        return false;
    snprintf(state, STATE, "%s", strerror(error));
    return true;
}
