/* demo.h -- the clients of the demonstration.
 * SPDX-License-Identifier: 0BSD */

/* Connects and sends the name. With a small buffer little fits into the client's
 * socket. */
static FILE *connect_to(int port, const char *name, bool small_buffer)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    FILE *client = fdopen(fd, "r+");
    if (client && small_buffer)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){1}, sizeof(int));
    if (!client || connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        perror("chat-server: no demonstration");
        abort();
    }
    fprintf(client, "%s\n", name);
    return client;
}

/* Sends what the client has written. Then reads until a line begins with `line`,
 * or until the end. Returns whether it has read that mute was disconnected. */
static bool receive(FILE *client, const char *line)
{
    char text[LINE + NAME + 32];
    bool gone = false;
    fflush(client);
    while (fgets(text, sizeof text, client) &&
           strncmp(text, line, strlen(line)) != 0)
        gone = gone || strncmp(text, "* mute was", 10) == 0;
    return gone;
}

/* mute never reads. ann sends long lines until mute is disconnected, and bob has
 * received each line before ann sends the next one. */
static void outrun_mute(int port, FILE *ann, FILE *bob)
{
    FILE *mute = connect_to(port, "mute", true);
    fflush(mute);
    receive(ann, "* mute joined");
    bool gone = false;
    for (int i = 1; !gone; i++) {
        char line[32];
        snprintf(line, sizeof line, "ann: line %d ", i);
        fprintf(ann, "%s%0200d\n", line + strlen("ann: "), 0);
        receive(ann, line);
        gone = receive(bob, line);
    }
    fputs("all lines received\n", bob);
    receive(bob, "bob:");
    fclose(mute);
}

struct demo {
    int port;
    bool slow; /* with a client that never reads */
};

static void demo(void *arg)
{
    const struct demo *self = arg;
    FILE *ann = connect_to(self->port, "ann", false);
    receive(ann, "* ann joined");
    FILE *bob = connect_to(self->port, "bob", false);
    receive(bob, "* bob joined");
    if (self->slow) {
        outrun_mute(self->port, ann, bob);
    } else {
        fputs("hello, bob\n", ann);
        receive(ann, "ann:");
        fputs("hello, ann\n", bob);
        receive(bob, "bob:");
    }
    fclose(bob);
    receive(ann, "* bob left");
    kill(getpid(), SIGINT); /* ^C, while ann is still connected */
    receive(ann, "(the end)");
    fclose(ann);
}
