/* chat-server -- a room to chat in, that no single guest can spoil.
 *
 * Guests come by TCP, say their name, and from then on everybody reads what
 * anybody says. Some never read, some send megabytes without a line end. Each
 * has two goroutines, which may well get stuck for his sake; the host, who
 * knows who is in the room, never waits for any single guest.
 *
 *     door --arrivals--> +------+ --out--> writer --> guest
 *                        | host | <-events-- reader <-- guest
 *     ^C ---stop-------> +------+ --log--> printer --> standard output
 *
 * Watch the end: after ^C the host says goodbye, and waits until the last
 * reader and the last writer have gone.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

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

/* What one guest may cost: bytes in a line and in a name, lines that wait for
 * him, his socket's buffer; milliseconds between two lines of his, until one of
 * ours must have left for him, and until he must have said his name. And how many
 * guests there may be, and lines that wait to be printed. */
enum { LINE = 256, NAME = 16, QUEUE = 64, BUFFER = 8192 };
enum { PACE_MS = 10, PATIENCE_MS = 1000, NAME_MS = 8000 };
enum { GUESTS = 16, LOG = 256 };

#include "net.h"
#include "rehearsal.h"

/* Passed on by value: nobody has to free one, wherever it gets stuck. */
struct message {
    char text[LINE + NAME + 32];
};

/* While he is in the room host, reader and writer look at him at once. What they
 * share and change, `why`, is atomic; the rest is set before they start, or the
 * host's alone. After the reader's last event and the host's close the writer is
 * the last who knows him, and frees him. */
struct guest {
    int fd;
    char name[NAME + 1]; /* the host's; empty, until he has said it */
    long long until;     /* when he must have said it, or he has to go */
    chan(struct message) out;
    _Atomic(const char *) why; /* he has to go, or NULL */
};

struct event {
    struct guest *from;
    char text[LINE + 1];
    const char *end; /* why there is no text, and will be none; or NULL */
};

/* Now his reader reads the end, and his writer can't be held up any more. */
static void show_out(struct guest *guest, const char *why)
{
    guest->why = why;
    shutdown(guest->fd, SHUT_RDWR);
}

/* The same, but he may still read what waits for him. */
static void see_off(struct guest *guest, const char *why)
{
    guest->why = why;
    shutdown(guest->fd, SHUT_RD);
}

struct reader {
    struct guest *guest;
    chan(struct event) events;
};

static void reader(void *arg)
{
    const struct reader *self = arg;
    struct inbox in = {.fd = self->guest->fd};
    struct event said = {.from = self->guest};

    while (!self->guest->why && !(said.end = next_line(&in, said.text))) {
        chan_send(self->events, said);
        sleep_ms(PACE_MS); /* or he could fill everybody's queue */
    }
    if (!said.end)
        said.end = self->guest->why;
    /* The end goes the way of the lines. In `why` the host would see it at once,
     * even before what he has said. */
    chan_send(self->events, said); /* after this he is not ours to look at */
}

struct writer {
    struct guest *guest;
};

/* Here a guest who doesn't read holds up his own lines, and nobody else's. Once
 * he has to go, all that still waits for him must go out within his patience. */
static void writer(void *arg)
{
    struct guest *guest = ((struct writer *)arg)->guest;
    long long until = LLONG_MAX;
    bool takes = true;

    for (struct message m; chan_recv(guest->out, &m);) {
        if (guest->why && until == LLONG_MAX)
            until = now_ms() + PATIENCE_MS;
        if (takes && (now_ms() > until || !send_all(guest->fd, m.text))) {
            show_out(guest, "was too slow");
            takes = false; /* what still comes is dropped */
        }
    }
    close(guest->fd);
    chan_free(guest->out);
    free(guest);
}

/* Our own output is one more guest: a pipe that nobody reads, or a terminal after
 * ^S, stops this goroutine, and nobody else. */
struct printer {
    chan(struct message) log;
};

static void printer(void *arg)
{
    const struct printer *self = arg;
    for (struct message m; chan_recv(self->log, &m);)
        fputs(m.text, stdout);
}

struct door {
    int fd;
    const atomic_bool *shut; /* by the host */
    chan(int) arrivals;
};

static void door(void *arg)
{
    const struct door *self = arg;
    for (;;) {
        int fd = accept4(self->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            chan_send(self->arrivals, fd);
        else if (*self->shut)
            break;
        else
            sleep_ms(PACE_MS); /* out of descriptors, perhaps: try again */
    }
    chan_close(self->arrivals);
}

/* ^C becomes a message: the page of signal-quit tells how. */
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

/* All of it is main's alone but `closing`, so there is no lock. */
struct host {
    struct guest *guests[GUESTS];
    int n, came, left, lost; /* lost: lines that the log had no room for */
    atomic_bool closing;     /* the door looks at it */
    sigset_t signals;
    struct waitgroup threads; /* all goroutines */
    chan(struct event) events;
    chan(struct message) log;
};

/* Never waits. If there is no room in his queue, he has to go. */
static void tell(struct guest *guest, struct message m)
{
    if (chan_select(chan_on_send(guest->out, m), CHAN_DEFAULT) == 1)
        show_out(guest, "was too slow");
}

/* To all who have a name, and to our own output. */
__attribute__((format(printf, 2, 3))) static void tell_all(struct host *host,
                                                           const char *format,
                                                           ...)
{
    struct message m;
    va_list args;
    va_start(args, format);
    vsnprintf(m.text, sizeof m.text, format, args);
    va_end(args);
    if (chan_select(chan_on_send(host->log, m), CHAN_DEFAULT) == 1)
        host->lost++;
    for (int i = 0; i < host->n; i++)
        if (host->guests[i]->name[0])
            tell(host->guests[i], m);
}

static void arrive(struct host *host, int fd)
{
    set_bounds(fd);
    struct guest *guest = NULL;
    if (!host->closing && host->n < GUESTS)
        guest = calloc(1, sizeof *guest);
    if (!guest) {
        send_all(fd, "* no room, sorry\n"); /* its buffer is empty: no wait */
        close(fd);
        return;
    }
    guest->fd = fd;
    guest->until = now_ms() + NAME_MS;
    guest->out = chan_make(struct message, QUEUE);
    host->guests[host->n++] = guest;
    host->came++;
    tell(guest, (struct message){"* your name, please\n"});
    wg_go(&host->threads, reader, (struct reader){guest, host->events});
    wg_go(&host->threads, writer, (struct writer){guest});
}

/* One who is called `ann: I quit`, or `* bob`, would speak for others. */
static bool is_name(const char *text)
{
    size_t n = strlen(text);
    return n > 0 && text[0] != '*' && text[0] != ' ' && text[n - 1] != ' ' &&
           !strchr(text, ':');
}

static void name(struct host *host, struct guest *guest, const char *text)
{
    char wanted[NAME + 1];
    snprintf(wanted, sizeof wanted, "%.*s", NAME, text);
    make_harmless(wanted); /* its end may be half a character */
    bool taken = !is_name(wanted);
    for (int i = 0; i < host->n; i++)
        taken = taken || strcmp(host->guests[i]->name, wanted) == 0;
    if (taken) {
        tell(guest, (struct message){"* another name, please\n"});
        return;
    }
    strcpy(guest->name, wanted);
    tell_all(host, "* %s is here\n", guest->name);
}

/* Or sixteen who say nothing would keep everybody else out. */
static void hurry(struct host *host)
{
    for (int i = 0; i < host->n; i++) {
        struct guest *guest = host->guests[i];
        if (!guest->name[0] && !guest->why && now_ms() > guest->until) {
            tell(guest, (struct message){"* come back with a name\n"});
            see_off(guest, "has no name");
        }
    }
}

static void leave(struct host *host, struct guest *guest, const char *why)
{
    int i = 0;
    if (!guest->why) /* or he was shown out */
        guest->why = why;
    while (host->guests[i] != guest)
        i++;
    host->guests[i] = host->guests[--host->n];
    host->left++;
    if (guest->name[0] && !host->closing)
        tell_all(host, "* %s %s\n", guest->name, guest->why);
    chan_close(guest->out); /* the writer writes what is left, and frees all */
}

static void close_room(struct host *host, int door)
{
    tell_all(host, "* the room is closing\n");
    host->closing = true; /* before the shutdown, which wakes the door */
    pthread_sigmask(SIG_UNBLOCK, &host->signals, NULL); /* the next ^C kills */
    shutdown(door, SHUT_RDWR);
    for (int i = 0; i < host->n; i++)
        see_off(host->guests[i], "has left");
}

/* Until the door is shut and everybody gone. */
static void serve(struct host *host, int door, chan(int) arrivals,
                  chan(int) stop)
{
    while (arrivals || host->n > 0) {
        struct event e;
        int fd;
        bool open;
        hurry(host);
        switch (chan_select(
            chan_on_recv(arrivals, &fd, &open), chan_on_recv(host->events, &e),
            chan_on_recv(stop, NULL), chan_on_timeout_ms(NAME_MS / 8))) {
        case 0:
            if (open)
                arrive(host, fd);
            else
                arrivals = NULL;
            break;
        case 1:
            if (e.end)
                leave(host, e.from, e.end);
            else if (e.from->name[0])
                tell_all(host, "%s: %s\n", e.from->name, e.text);
            else if (!e.from->why)
                name(host, e.from, e.text);
            break;
        case 2:
            close_room(host, door);
            break;
        }
    }
}

struct options {
    const char *address;
    int port; /* 0: any that is free */
    bool rehearse;
};

/* Without a port two guests of our own show what the server does. */
static struct options options(int argc, char **argv)
{
    struct options o = {.address = "127.0.0.1", .rehearse = argc == 1};
    if (args(argc, argv, "chat-server [[-a ADDRESS] PORT]   (127.0.0.1)",
             opt_text('a', &o.address), arg_number(&o.port, 0, 65535)) == 0 &&
        !o.rehearse)
        args_misuse();
    return o;
}

/* Everybody inherits this, so it comes before the first go(); and before anybody
 * reads that we listen, since he may press ^C at once. */
static void block_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
}

/* Or, started without them, we would print our log to the first guests. */
static void open_standard_files(void)
{
    int fd;
    while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO)
        continue;
    close(fd);
    setvbuf(stdout, NULL, _IOLBF, 0);
}

/* Returns the status: whether all that we print has got where it should. */
static int last_words(const struct host *host)
{
    printf("%d came, %d left, nobody is in the room\n", host->came, host->left);
    if (host->lost > 0)
        fprintf(stderr, "~ %d lines were not printed\n", host->lost);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct options o = options(argc, argv);
    struct host host = {0};
    open_standard_files();
    block_signals(&host.signals);
    int fd = listen_on(o.address, &o.port);
    fprintf(stderr, "~ listening on %s:%d\n", o.address, o.port);

    chan(int) arrivals = chan_make(int, 0);
    chan(int) stop = chan_make(int, 1);
    host.events = chan_make(struct event, 0);
    host.log = chan_make(struct message, LOG);
    wg_go(&host.threads, listener, (struct listener){host.signals, stop});
    wg_go(&host.threads, printer, (struct printer){host.log});
    wg_go(&host.threads, door, (struct door){fd, &host.closing, arrivals});
    if (o.rehearse)
        wg_go(&host.threads, rehearsal, (struct rehearsal){o.port});

    serve(&host, fd, arrivals, stop);
    chan_close(host.log);
    wg_wait(&host.threads);

    close(fd);
    chan_free(host.log);
    chan_free(host.events);
    chan_free(arrivals);
    chan_free(stop);
    return last_words(&host);
}
