/* net.h -- lines in and out of TCP sockets; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
struct inbox {
    int fd;
    size_t used, size; /* of the bytes, those that next_line() has given out */
    char bytes[LINE];
};

/* How many bytes the character at s has, or 0 if it is no text: a control, or
 * broken UTF-8. Both C0 and C1 (a mere 0x9b, or U+009B) command a terminal. */
static size_t character(const unsigned char *s)
{
    static const unsigned least[] = {0, 0, 0xa0, 0x800, 0x10000};
    size_t n = *s < 0x80 ? 1 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;
    if (n == 1)
        return *s >= ' ' && *s != 127;
    unsigned code = *s & (0x7fU >> n);
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (s[i] & 0x3f);
    }
    if (*s < 0xc2 || code < least[n] || code > 0x10ffff ||
        (code >= 0xd800 && code < 0xe000))
        return 0;
    return n;
}

/* What is no text becomes question marks, byte by byte. */
static void make_harmless(char *text)
{
    for (size_t n; *text; text += n > 0 ? n : 1)
        if ((n = character((unsigned char *)text)) == 0)
            *text = '?';
}

/* Reads a line into text[LINE + 1], without its end, harmless. Returns NULL, or why none came. */
static const char *next_line(struct inbox *in, char *text)
{
    for (size_t n = 0; n <= LINE;) {
        if (in->used == in->size) {
            ssize_t got = recv(in->fd, in->bytes, sizeof in->bytes, 0);
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                return got < 0 && errno == ETIMEDOUT ? "has fallen silent"
                                                     : "has left";
            in->used = 0;
            in->size = (size_t)got;
        }
        unsigned char c = (unsigned char)in->bytes[in->used++];
        if (c == '\n') {
            text[n - (n > 0 && text[n - 1] == '\r')] = '\0';
            make_harmless(text);
            return NULL;
        }
        if (n < LINE)
            text[n] = c ? (char)c : '?';
        n++;
    }
    return "sent too long a line";
}

/* For a guest's socket: how long a send may wait, how much may wait in it, and
 * when to ask whether there is still anybody at the other end. */
static void set_bounds(int fd)
{
    struct timeval patience = {PATIENCE_MS / 1000, PATIENCE_MS % 1000 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){BUFFER}, sizeof(int));
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &(int){60}, sizeof(int));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &(int){10}, sizeof(int));
}

/* Returns whether all of it has left, within the patience set for the socket. A
 * send that waits ends early when we are stopped and go on: then it is late
 * perhaps, but not his fault, and what there is room for still leaves. */
static bool send_all(int fd, const char *text)
{
    long long until = now_ms() + PATIENCE_MS;
    for (size_t left = strlen(text); left > 0;) {
        int late = now_ms() > until ? MSG_DONTWAIT : 0;
        ssize_t sent = send(fd, text, left, MSG_NOSIGNAL | late);
        if (sent < 0 && errno != EINTR)
            return false;
        text += sent < 0 ? 0 : sent;
        left -= sent < 0 ? 0 : (size_t)sent;
    }
    return true;
}

/* Returns a socket that listens, and its port; dies if there can be none. */
static int listen_on(const char *address, int *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)*port)};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = inet_pton(AF_INET, address, &at.sin_addr) == 1;
    if (fd >= 0 && !good)
        errno = EINVAL; /* which inet_pton doesn't tell */
    if (fd < 0 || !good ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) != 0 ||
        bind(fd, (struct sockaddr *)&at, size) != 0 || listen(fd, 16) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &size) != 0) {
        perror("chat-server: can't listen");
        exit(1);
    }
    *port = ntohs(at.sin_port);
    return fd;
}
