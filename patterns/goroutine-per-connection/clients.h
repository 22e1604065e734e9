/* clients.h -- the clients, which the program plays itself.
 * SPDX-License-Identifier: 0BSD */

/* What is wanted, and what the clients share. */
struct clients {
    int active, idle; /* how many */
    int lines;        /* of each active client, after the first one */
    struct sockaddr_in at;
    struct waitgroup connected;
    atomic_int echoed;
    chan(char) start;         /* closed when the clients may go on, */
    chan(char) end_of_idling; /* and when the idle ones may */
    long long us;             /* time of the active clients */
    long kib;                 /* memory of the idle ones */
};

struct client {
    int id;
    bool idle;
    struct clients *all;
};

/* Sends a line and receives it again. Returns whether it is the same. */
static bool round_trip(int fd, int id, int number)
{
    char line[64], back[64];
    size_t n = 0;
    int length =
        snprintf(line, sizeof line, "client %d, line %d\n", id, number);
    size_t size = (size_t)length;
    if (!send_all(fd, line, size))
        return false;
    while (n < size) {
        ssize_t got = receive(fd, back + n, size - n);
        if (got <= 0)
            return false;
        n += (size_t)got;
    }
    return memcmp(line, back, size) == 0;
}

static int connect_to(const struct sockaddr_in *at)
{
    int fd = new_socket();
    watch(fd, ready[fd]);
    while (connect(fd, (const struct sockaddr *)at, sizeof *at) != 0) {
        if (errno == EISCONN) /* the second call of connect() succeeds so */
            return fd;
        if (!may_retry(fd))
            must(-1, "cannot connect");
    }
    return fd;
}

/* Its first line shows that the server has started a goroutine for it. */
static void client(void *arg)
{
    const struct client *c = arg;
    int fd = connect_to(&c->all->at);
    int lines = c->idle ? 1 : c->all->lines;
    int echoed = round_trip(fd, c->id, 0);
    wg_done(&c->all->connected);
    chan_recv(c->idle ? c->all->end_of_idling : c->all->start, NULL);
    for (int i = 1; i <= lines; i++)
        echoed += round_trip(fd, c->id, i);
    atomic_fetch_add(&c->all->echoed, echoed);
    close(fd);
}

/* Starts n clients, and returns when each has received its first echo. */
static void start(struct waitgroup *wg, struct clients *all, int n, bool idle)
{
    wg_add(&all->connected, n);
    for (int i = 1; i <= n; i++)
        wg_go(wg, client, (struct client){i, idle, all});
    wg_wait(&all->connected);
}

/* The active clients send their lines while the idle ones are connected. Then
 * each idle client sends its second line. */
static void run_clients(struct clients *all)
{
    struct waitgroup idle = {0}, active = {0};
    all->start = chan_make(char, 0);
    all->end_of_idling = chan_make(char, 0);
    long before = memory_kib();
    start(&idle, all, all->idle, true);
    all->kib = memory_kib() - before;
    start(&active, all, all->active, false);

    long long began = now_us();
    chan_close(all->start);
    wg_wait(&active);
    all->us = now_us() - began;
    chan_close(all->end_of_idling);
    wg_wait(&idle);
    chan_free(all->start);
    chan_free(all->end_of_idling);
}

/* Returns the exit status. The figures go to standard error. */
static int report(const struct clients *all)
{
    int lines = 2 * all->idle + (1 + all->lines) * all->active;
    printf("%d clients, %d of %d lines came back\n", all->idle + all->active,
           all->echoed, lines);
    if (all->active > 0)
        fprintf(stderr, "~ %.1f us for each line of the active clients\n",
                (double)all->us / all->active / all->lines);
    if (all->idle > 0)
        fprintf(stderr, "~ %.1f KiB for each idle connection and its client\n",
                (double)all->kib / all->idle);
    return all->echoed != lines || fflush(stdout) != 0;
}

static struct clients clients_wanted(int argc, char **argv)
{
    struct clients c = {.active = 200, .lines = 2};
    args(argc, argv,
         "goroutine-per-connection [-i IDLE] [-l LINES] [ACTIVE]   "
         "(-i 0 -l 2 200)",
         opt_number('i', &c.idle, 0, 100000),
         opt_number('l', &c.lines, 1, 1000000),
         arg_number(&c.active, 0, 100000));
    return c;
}
