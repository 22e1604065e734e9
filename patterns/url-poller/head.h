/* head.h -- asks a web server for the head of a page; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
/* Cuts http://host[:port][/path] up, and looks the host up. */
static bool page_parse(struct page *page, const char *url)
{
    struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM};
    char end;
    *page = (struct page){.name = url, .path = "/"};
    int parts =
        sscanf(url, "http://%255[^/]%511s%c", page->host, page->path, &end);
    char *port = strchr(page->host, ':');
    if (port)
        *port++ = '\0';
    if (parts < 1 || parts > 2 ||
        getaddrinfo(page->host, port ? port : "80", &hints, &found) != 0)
        return false;
    memcpy(&page->at, found->ai_addr, page->at_size = found->ai_addrlen);
    freeaddrinfo(found);
    return true;
}

/* Waits for the socket; not longer than `until`, and not if the bell rings. */
static bool ready(int fd, short events, int bell, long long until)
{
    struct pollfd wait[] = {{.fd = fd, .events = events}, {.fd = bell}};
    long long left = until - now_ms();
    int n = poll(wait, 2, left > 0 ? (int)left : 0);
    errno = n == 0 ? ETIMEDOUT : wait[1].revents ? ECANCELED : errno;
    return n > 0 && !wait[1].revents;
}

/* Writes a state such as "200 OK" and returns true, or false with an errno. */
static bool head(const struct page *p, int fd, int bell, long long until,
                 char state[STATE])
{
    char text[1024];
    int error = 0,
        n = snprintf(text, sizeof text, "HEAD %s HTTP/1.0\r\nHost: %s\r\n\r\n",
                     p->path, p->host);
    socklen_t size = sizeof error;
    if (connect(fd, (const struct sockaddr *)&p->at, p->at_size) != 0 &&
        (errno != EINPROGRESS || !ready(fd, POLLOUT, bell, until)))
        return false;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    if (error || send(fd, text, (size_t)n, MSG_NOSIGNAL) != n)
        return false;
    text[0] = '\0';
    for (size_t used = 0; used < sizeof text - 1 && !strchr(text, '\n');) {
        ssize_t got = -1;
        if (!ready(fd, POLLIN, bell, until) ||
            (got = recv(fd, text + used, sizeof text - 1 - used, 0)) < 0)
            return false;
        if (got == 0)
            break;
        text[used += (size_t)got] = '\0';
    }
    errno = EPROTO; /* if this is not HTTP */
    return sscanf(text, "HTTP/%*d.%*d %63[ -~]", state) == 1;
}
