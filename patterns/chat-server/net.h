/* net.h -- lines in and out of TCP sockets. There is no concurrency here.
 * SPDX-License-Identifier: 0BSD */
struct inbox {
    int fd;
    size_t used, size; /* how many bytes next_line() has returned, and read */
    char bytes[LINE];
};

/* Returns the length of the character at s in bytes, or 0 if s is a control
 * character or broken UTF-8. A terminal obeys the control characters of C0 and of
 * C1 (the byte 0x9b, or U+009B). */
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

/* Replaces each byte that is not part of a printable character by a '?'. */
static void make_printable(char *text)
{
    for (size_t n; *text; text += n > 0 ? n : 1)
        if ((n = character((unsigned char *)text)) == 0)
            *text = '?';
}

/* Returns false for a name with which a client could imitate another client or the
 * server: `ann: I quit` or `* bob`. */
static bool is_name(const char *text)
{
    size_t n = strlen(text);
    return n > 0 && text[0] != '*' && text[0] != ' ' && text[n - 1] != ' ' &&
           !strchr(text, ':');
}

/* Reads a line into text[LINE + 1], without its end, and makes it printable.
 * Returns NULL, or the reason why no line came. */
static const char *next_line(struct inbox *in, char *text)
{
    for (size_t n = 0; n <= LINE;) {
        if (in->used == in->size) {
            ssize_t got = recv(in->fd, in->bytes, sizeof in->bytes, 0);
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                return got < 0 && errno == ETIMEDOUT
                           ? "was disconnected: no reply"
                           : "left";
            in->used = 0;
            in->size = (size_t)got;
        }
        unsigned char c = (unsigned char)in->bytes[in->used++];
        if (c == '\n') {
            text[n - (n > 0 && text[n - 1] == '\r')] = '\0';
            make_printable(text);
            return NULL;
        }
        if (n < LINE)
            text[n] = c ? (char)c : '?';
        n++;
    }
    return "was disconnected: line too long";
}

/* Sets the limits of a client's socket: how long a send may wait, how many bytes
 * the kernel buffers, and when the kernel asks a silent client for a reply. */
static void set_limits(int fd)
{
    struct timeval limit = {SEND_MS / 1000, SEND_MS % 1000 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){BUFFER}, sizeof(int));
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &(int){60}, sizeof(int));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &(int){10}, sizeof(int));
}

/* Returns whether the whole text was sent within SEND_MS. A blocked send() returns
 * early if the process is stopped and continued. Then it may be late, but the
 * client is not to blame, so what fits into the socket's buffer is still sent. */
static bool send_all(int fd, const char *text)
{
    long long until = now_ms() + SEND_MS;
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
