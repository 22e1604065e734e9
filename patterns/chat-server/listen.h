/* listen.h -- opens a listening TCP socket.
 * SPDX-License-Identifier: 0BSD */
/* Returns a listening socket and sets *port to its port. Ends the program if it
 * cannot listen. */
static int listen_on(const char *address, int *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)*port)};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool valid = inet_pton(AF_INET, address, &at.sin_addr) == 1;
    if (fd >= 0 && !valid)
        errno = EINVAL; /* inet_pton() does not set it */
    if (fd < 0 || !valid ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) != 0 ||
        bind(fd, (struct sockaddr *)&at, size) != 0 || listen(fd, 16) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &size) != 0) {
        perror("chat-server: cannot listen");
        exit(1);
    }
    *port = ntohs(at.sin_port);
    return fd;
}
