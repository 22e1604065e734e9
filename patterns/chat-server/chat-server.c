/* chat-server -- send each message to all clients, and wait for none of them.
 *
 * Clients connect by TCP and send their name. From then on each line that a
 * client sends goes to all clients. One goroutine owns the list of clients. Each
 * client has a reader and a writer, which may block on its socket. The owner
 * never waits for a client, so a client that stops reading stops only its own
 * writer.
 *
 *     acceptor --arrivals--> +-------+ --out--> writer --> client
 *                            | serve | <-events-- reader <-- client
 *     ^C --> listener -stop> +-------+ --log--> logger --> standard output
 *
 * Watch the end: after ^C serve() disconnects all clients, and returns when the
 * last reader and the last writer have returned.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

/* The limits of one client: bytes in a line and in a name, messages in its
 * queue, and bytes in the buffer of its socket. */
enum { LINE = 256, NAME = 16, QUEUE = 64, BUFFER = 8192 };
/* The time between two lines of one client, the time that a message may take to
 * leave, and the time in which a client must send its name. */
enum { PACE_MS = 10, SEND_MS = 1000, NAME_MS = 8000 };
/* The limits of the server: clients, and messages in the queue of the logger. */
enum { CLIENTS = 16, LOG = 256 };

#include "net.h"

/* A message is sent by value, so no goroutine has to free it. */
struct message {
    char text[LINE + NAME + 32];
};

/* While a client is connected, three goroutines use its struct: serve(), reader()
 * and writer(). `why` is atomic, because all three read it while another may set
 * it. `fd` and `out` are set before the goroutines start. Only serve() uses the
 * other fields. The writer frees the struct, because it is the last to use it. */
struct client {
    int fd;
    char name[NAME + 1]; /* empty until the client has sent it */
    long long name_by;   /* when the client must have sent it */
    chan(struct message) out;
    _Atomic(const char *) why; /* why it is disconnected; NULL before */
};

struct event {
    struct client *from;
    char text[LINE + 1]; /* a line, if end is NULL */
    const char *end;     /* why this is the client's last event, or NULL */
};

/* Wakes the client's reader and its writer, if they are blocked on the socket. */
static void disconnect(struct client *client, const char *why)
{
    client->why = why;
    shutdown(client->fd, SHUT_RDWR);
}

/* Wakes only the reader. The writer still sends what is in the queue. */
static void stop_reading(struct client *client, const char *why)
{
    client->why = why;
    shutdown(client->fd, SHUT_RD);
}

struct reader {
    struct client *client;
    chan(struct event) events;
};

static void reader(void *arg)
{
    const struct reader *self = arg;
    struct inbox in = {.fd = self->client->fd};
    struct event event = {.from = self->client};

    while (!self->client->why && !(event.end = next_line(&in, event.text))) {
        chan_send(self->events, event);
        sleep_ms(PACE_MS); /* or one client could fill all queues */
    }
    if (!event.end)
        event.end = self->client->why;
    /* The end takes the same channel as the lines, so it comes after them. After
     * this send the struct may be freed. */
    chan_send(self->events, event);
}

struct writer {
    struct client *client;
};

/* Once `why` is set, all that is left in the queue must leave within SEND_MS. */
static void writer(void *arg)
{
    struct client *client = ((struct writer *)arg)->client;
    long long until = LLONG_MAX;
    bool drop = false;

    for (struct message m; chan_recv(client->out, &m);) {
        if (client->why && until == LLONG_MAX)
            until = now_ms() + SEND_MS;
        if (!drop && (now_ms() > until || !send_all(client->fd, m.text))) {
            disconnect(client, "was disconnected: too slow");
            drop = true; /* and empty the queue until it is closed */
        }
    }
    close(client->fd);
    chan_free(client->out);
    free(client);
}

/* Standard output may block like a client: a pipe that no process reads, or a
 * terminal after ^S. Then only this goroutine blocks. */
struct logger {
    chan(struct message) log;
};

static void logger(void *arg)
{
    const struct logger *self = arg;
    for (struct message m; chan_recv(self->log, &m);)
        fputs(m.text, stdout);
}

struct acceptor {
    int fd;
    const atomic_bool *closing; /* set by serve() */
    chan(int) arrivals;
};

static void acceptor(void *arg)
{
    const struct acceptor *self = arg;
    for (;;) {
        int fd = accept4(self->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            chan_send(self->arrivals, fd);
        else if (*self->closing)
            break;
        else
            sleep_ms(PACE_MS); /* perhaps no descriptor is free: try again */
    }
    chan_close(self->arrivals);
}

/* Turns ^C into a message: see the page of signal-quit. */
struct listener {
    sigset_t signals;
    chan(int) stop;
};

static void listener(void *arg)
{
    const struct listener *self = arg;
    int signal;
    sigwait(&self->signals, &signal);
    chan_send(self->stop, signal);
}

/* Only the goroutine that calls serve() uses it, so it needs no lock. But the
 * acceptor reads `closing`, which is atomic. */
struct server {
    int fd; /* of the listening socket */
    sigset_t signals;
    atomic_bool closing;
    struct client *clients[CLIENTS];
    int n, connected, disconnected;
    int unlogged; /* messages that found the logger's queue full */
    struct waitgroup goroutines;
    chan(struct event) events;
    chan(struct message) log;
};

/* Never waits. A client whose queue is full is disconnected. */
static void try_send(struct client *client, struct message m)
{
    if (chan_select(chan_on_send(client->out, m), CHAN_DEFAULT) == 1)
        disconnect(client, "was disconnected: too slow");
}

/* Sends the message to all clients that have a name, and to the logger. */
__attribute__((format(printf, 2, 3))) static void broadcast(struct server *s,
                                                            const char *format,
                                                            ...)
{
    struct message m;
    va_list args;
    va_start(args, format);
    vsnprintf(m.text, sizeof m.text, format, args);
    va_end(args);
    if (chan_select(chan_on_send(s->log, m), CHAN_DEFAULT) == 1)
        s->unlogged++;
    for (int i = 0; i < s->n; i++)
        if (s->clients[i]->name[0])
            try_send(s->clients[i], m);
}

static void add_client(struct server *s, int fd)
{
    set_limits(fd);
    struct client *client = NULL;
    if (!s->closing && s->n < CLIENTS)
        client = calloc(1, sizeof *client);
    if (!client) {
        send_all(fd, "* server is full\n"); /* its buffer is empty: no wait */
        close(fd);
        return;
    }
    s->clients[s->n++] = client;
    s->connected++;
    client->fd = fd;
    client->name_by = now_ms() + NAME_MS;
    client->out = chan_make(struct message, QUEUE);
    try_send(client, (struct message){"* send your name\n"});
    wg_go(&s->goroutines, reader, (struct reader){client, s->events});
    wg_go(&s->goroutines, writer, (struct writer){client});
}

static void set_name(struct server *s, struct client *client, const char *text)
{
    char name[NAME + 1];
    snprintf(name, sizeof name, "%.*s", NAME, text);
    make_printable(name); /* The cut may have split a character. */
    bool refused = !is_name(name);
    for (int i = 0; i < s->n; i++)
        refused = refused || strcmp(s->clients[i]->name, name) == 0;
    if (refused) {
        try_send(client, (struct message){"* send another name\n"});
        return;
    }
    strcpy(client->name, name);
    broadcast(s, "* %s joined\n", client->name);
}

/* Without this limit sixteen clients without a name could occupy the server. */
static void disconnect_unnamed(struct server *s)
{
    for (int i = 0; i < s->n; i++) {
        struct client *client = s->clients[i];
        if (!client->name[0] && !client->why && now_ms() > client->name_by) {
            try_send(client, (struct message){"* no name, disconnected\n"});
            stop_reading(client, "sent no name");
        }
    }
}

static void remove_client(struct server *s, struct client *client,
                          const char *why)
{
    int i = 0;
    if (!client->why) /* Otherwise the server has disconnected it. */
        client->why = why;
    while (s->clients[i] != client)
        i++;
    s->clients[i] = s->clients[--s->n];
    s->disconnected++;
    if (client->name[0] && !s->closing)
        broadcast(s, "* %s %s\n", client->name, client->why);
    chan_close(client->out); /* The writer sends the rest, then frees all. */
}

static void begin_shutdown(struct server *s)
{
    broadcast(s, "* server is shutting down\n");
    s->closing = true; /* before shutdown(), which wakes the acceptor */
    pthread_sigmask(SIG_UNBLOCK, &s->signals, NULL); /* the next ^C kills */
    shutdown(s->fd, SHUT_RDWR);
    for (int i = 0; i < s->n; i++)
        stop_reading(s->clients[i], "left");
}

static void handle_line(struct server *s, struct event *e)
{
    if (e->from->name[0])
        broadcast(s, "%s: %s\n", e->from->name, e->text);
    else if (!e->from->why)
        set_name(s, e->from, e->text);
}

/* Returns when the acceptor has returned and no client is left. */
static void handle_events(struct server *s, chan(int) arrivals, chan(int) stop)
{
    while (arrivals || s->n > 0) {
        struct event e;
        int fd;
        bool open;
        disconnect_unnamed(s);
        int which = chan_select(
            chan_on_recv(arrivals, &fd, &open), chan_on_recv(s->events, &e),
            chan_on_recv(stop, NULL), chan_on_timeout_ms(NAME_MS / 8));
        if (which == 0 && open)
            add_client(s, fd);
        else if (which == 0)
            arrivals = NULL; /* closed: the select skips it from now on */
        else if (which == 1 && e.end)
            remove_client(s, e.from, e.end);
        else if (which == 1)
            handle_line(s, &e);
        else if (which == 2)
            begin_shutdown(s);
    }
}

/* Needs s->fd and s->signals, which all threads must block. */
static void serve(struct server *s)
{
    chan(int) arrivals = chan_make(int, 0);
    chan(int) stop = chan_make(int, 1);
    s->events = chan_make(struct event, 0);
    s->log = chan_make(struct message, LOG);
    wg_go(&s->goroutines, listener, (struct listener){s->signals, stop});
    wg_go(&s->goroutines, logger, (struct logger){s->log});
    wg_go(&s->goroutines, acceptor,
          (struct acceptor){s->fd, &s->closing, arrivals});

    handle_events(s, arrivals, stop);
    chan_close(s->log); /* The logger prints the rest and returns. */
    wg_wait(&s->goroutines);
    chan_free(s->log);
    chan_free(s->events);
    chan_free(arrivals);
    chan_free(stop);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"
#include "demo.h"
#include "listen.h"

struct options {
    const char *address;
    int port; /* 0: any free port */
    bool demo, slow;
};

/* Without a port the program starts clients of its own. */
static struct options options(int argc, char **argv)
{
    struct options o = {.address = "127.0.0.1"};
    int ports = args(argc, argv,
                     "chat-server [--slow | [-a ADDRESS] PORT]   (127.0.0.1)",
                     opt_flag("slow", &o.slow), opt_text('a', &o.address),
                     arg_number(&o.port, 0, 65535));
    o.demo = argc == 1 + o.slow;
    if (!o.demo && (ports == 0 || o.slow))
        args_misuse();
    return o;
}

/* Call it before the first go(), because a goroutine inherits the mask, and
 * before the program prints its port, because ^C may come right after that. */
static void block_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
}

/* If descriptor 1 were closed at the start, the first socket would get the number
 * 1, and the log would be sent to it. So the program opens /dev/null instead. */
static void open_standard_files(void)
{
    int fd;
    while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO)
        continue;
    close(fd);
    setvbuf(stdout, NULL, _IOLBF, 0);
}

/* Returns the exit status: 1 if standard output could not be written. */
static int report(const struct server *s)
{
    printf("clients: %d connected, %d disconnected\n", s->connected,
           s->disconnected);
    if (s->unlogged > 0)
        fprintf(stderr, "~ %d lines were not printed\n", s->unlogged);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct options o = options(argc, argv);
    struct server server = {0};
    struct waitgroup demos = {0};
    open_standard_files();
    block_signals(&server.signals);
    server.fd = listen_on(o.address, &o.port);
    fprintf(stderr, "~ listening on %s:%d\n", o.address, o.port);

    if (o.demo)
        wg_go(&demos, demo, (struct demo){o.port, o.slow});
    serve(&server);
    wg_wait(&demos);
    close(server.fd);
    return report(&server);
}
