/* town.h -- web servers of our own, to poll when no others are named.
 * SPDX-License-Identifier: 0BSD */
struct shop {
    int fd, customers, bell;
};

/* Serves so many customers, and closes for good. */
static void shop(void *arg)
{
    const struct shop *self = arg;
    for (int i = 0; i < self->customers; i++) {
        char wish[1024] = "";
        if (!ready(self->fd, POLLIN, self->bell, now_ms() + INT_MAX))
            break; /* all is over */
        int fd = accept4(self->fd, NULL, NULL, SOCK_CLOEXEC);
        recv(fd, wish, sizeof wish - 1, 0);
        const char *answer = strncmp(wish, "HEAD / ", 7) == 0
                                 ? "HTTP/1.0 200 OK\r\n\r\n"
                                 : "HTTP/1.0 404 Not Found\r\n\r\n";
        send(fd, answer, strlen(answer), MSG_NOSIGNAL);
        close(fd);
    }
    close(self->fd);
}

/* Opens a shop on a free port of the loopback address, and returns its page. */
static struct page open_shop(struct waitgroup *town, const char *name,
                             int customers, int bell)
{
    struct page page = {.name = name, .host = "town", .path = "/"};
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    page.at_size = sizeof at;
    if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(fd, 16) != 0 ||
        getsockname(fd, (struct sockaddr *)&page.at, &page.at_size) != 0) {
        perror("url-poller: no town");
        exit(1);
    }
    wg_go(town, shop, (struct shop){fd, customers, bell});
    return page;
}
