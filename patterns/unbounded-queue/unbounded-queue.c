/* unbounded-queue -- never block the sender, however slow the receiver is.
 *
 * A server logs messages and must never wait until they are written. A buffer
 * of any capacity may be full some day. So a goroutine stands between server
 * and writer, and keeps the messages in a list that grows as needed.
 *
 *     server --in--> queue --out--> writer
 *                    1 2 3 4 ...
 *
 * Only the queue's goroutine uses the list, so the list needs no lock. Watch
 * the first line: the server has finished before the writer begins.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

struct item {
    int message;
    struct item *next;
};

struct list {
    struct item *first, *last;
};

static void append(struct list *list, int message)
{
    struct item *item = malloc(sizeof *item);
    if (!item)
        abort(); /* The memory is the only limit. */
    *item = (struct item){.message = message};
    if (list->first)
        list->last->next = item;
    else
        list->first = item;
    list->last = item;
}

static void remove_first(struct list *list)
{
    struct item *first = list->first;
    list->first = first->next;
    free(first);
}

struct queue {
    chan(int) in, out;
};

static void queue(void *arg)
{
    const struct queue *q = arg;
    chan(int) in = q->in;
    struct list list = {0};

    while (in || list.first) {
        /* NULL switches a case off: there is nothing to send. */
        chan(int) out = list.first ? q->out : NULL;
        int message, first = list.first ? list.first->message : 0;
        bool open;
        int which = chan_select(chan_on_recv(in, &message, &open),
                                chan_on_send(out, first));
        if (which == 1)
            remove_first(&list);
        else if (open)
            append(&list, message);
        else
            in = NULL; /* The server has finished. Send what is left. */
    }
    chan_close(q->out);
}

struct server {
    int messages;
    chan(int) in;
};

static void server(void *arg)
{
    const struct server *s = arg;
    for (int message = 1; message <= s->messages; message++)
        chan_send(s->in, message);
    chan_close(s->in);
}

/* Returns how many messages arrive in the right order. */
static int writer(chan(int) out)
{
    int written = 0;
    printf("writer:");
    for (int message; chan_recv(out, &message);) {
        printf(" %d", message);
        written += message == written + 1;
    }
    puts("");
    return written;
}

static int log_messages(int messages)
{
    struct waitgroup servers = {0}, queues = {0};
    chan(int) in = chan_make(int, 0);
    chan(int) out = chan_make(int, 0);
    wg_go(&queues, queue, (struct queue){in, out});
    wg_go(&servers, server, (struct server){messages, in});

    wg_wait(&servers); /* All sends have returned. */
    printf("server: %d messages sent, none written yet\n", messages);
    int written = writer(out);

    wg_wait(&queues);
    chan_free(in);
    chan_free(out);
    return written;
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    int messages =
        args_number(argc, argv, "unbounded-queue [MESSAGES]", 8, 0, 1000000);
    int written = log_messages(messages);
    printf("%d messages, %s\n", messages,
           written == messages ? "all written in order" : "some lost");
    return written != messages;
}
