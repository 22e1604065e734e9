/* rehearsal.h -- two guests who show what the server does.
 * SPDX-License-Identifier: 0BSD */
static FILE *come_in(int port, const char *name)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    FILE *guest = fdopen(fd, "r+");
    if (!guest || connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        perror("chat-server: no rehearsal");
        abort();
    }
    fprintf(guest, "%s\n", name);
    return guest;
}

/* Waits until the guest sees this line, or the end. */
static void sees(FILE *guest, const char *line)
{
    char seen[LINE + NAME + 32];
    fflush(guest);
    while (fgets(seen, sizeof seen, guest))
        if (strncmp(seen, line, strlen(line)) == 0)
            break;
}

struct rehearsal {
    int port;
};

static void rehearsal(void *arg)
{
    int port = ((struct rehearsal *)arg)->port;
    FILE *ann = come_in(port, "ann");
    sees(ann, "* ann is here");
    FILE *bob = come_in(port, "bob");
    sees(bob, "* bob is here");
    fputs("hello, bob\n", ann);
    sees(ann, "ann:");
    fputs("hello, ann\n", bob);
    sees(bob, "bob:");
    fclose(bob);
    sees(ann, "* bob has left");
    kill(getpid(), SIGINT); /* ^C, with ann still in the room */
    sees(ann, "(the end)");
    fclose(ann);
}
