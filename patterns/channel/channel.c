/* channel -- hand over a value, and wait for each other.
 *
 * A channel joins two goroutines. The sender waits until a receiver has the
 * value, the receiver waits until there is one: they meet. Closing it says that
 * no more will come, like the end of a file. It frees nothing.
 *
 *     sender ---chan_send---> channel ---chan_recv---> receiver
 *       waits for a receiver             waits for a value, or for the close
 *
 * Watch for what each call does on an open, a closed and a NULL channel: we
 * make every one of them, and print what comes of it.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "last_words.h"
#include "table.h"

/* Would it wait? With a default, select takes the call if that can go on at
 * once, and else the default: so we learn the answer and don't get stuck. */
static const char *try_send(chan(int) c)
{
    int taken = chan_select(chan_on_send(c, 42), CHAN_DEFAULT);
    return taken == 0 ? "returns" : "waits";
}

static const char *try_recv(chan(int) c)
{
    int v;
    bool ok;
    int taken = chan_select(chan_on_recv(c, &v, &ok), CHAN_DEFAULT);
    return taken == 0 ? received(ok, v) : "waits";
}

/* The other end of the open channel: gives back the first value it gets. */
static void partner(void *arg)
{
    chan(int) c = arg;
    int v;

    chan_recv(c, &v);
    chan_send(c, v);
    bool ok = chan_recv(c, &v); /* no second one comes, only the close */
    row("open", "receive, until a close", received(ok, v));
}

static void open_channel(void)
{
    chan(int) c = chan_make(int, 0);
    struct waitgroup wg = {0};
    int v;

    row("open", "send, nobody receives", try_send(c));
    row("open", "receive, nobody sends", try_recv(c));

    wg_go(&wg, partner, c);
    chan_send(c, 42); /* returns when the partner has it, not before */
    row("open", "send, somebody receives", "returns");
    bool ok = chan_recv(c, &v);
    row("open", "receive, somebody sends", received(ok, v));
    chan_close(c); /* wakes the partner, who still waits */

    wg_wait(&wg);
    row("open", "close", "returns");
    chan_free(c);
    row("open", "len, cap, free", len_cap_free(chan_make(int, 3)));
}

static void send_42(void *arg)
{
    chan(int) c = arg;
    chan_send(c, 42);
}

static void closed_channel(void)
{
    chan(int) c = chan_make(int, 1); /* keeps a value until somebody comes */

    chan_send(c, 7);
    chan_close(c);
    row("closed", "receive, one is left", try_recv(c));
    row("closed", "receive, none is left", try_recv(c));
    row("closed", "send", last_words(send_42, c));
    row("closed", "close", last_words(chan_close, c));
    row("closed", "len, cap, free", len_cap_free(c));
}

static void null_channel(void)
{
    chan(int) c = NULL;

    row("NULL", "send", try_send(c));
    row("NULL", "receive", try_recv(c));
    row("NULL", "close", last_words(chan_close, c));
    row("NULL", "len, cap, free", len_cap_free(c));
}

static void options(int argc, char **argv)
{
    const char *option = argc == 2 ? argv[1] : "";
    bool help = !strcmp(option, "-h") || !strcmp(option, "--help");
    if (argc == 1)
        return;
    fputs("usage: channel\n", help ? stdout : stderr);
    exit(help ? 0 : 2);
}

int main(int argc, char **argv)
{
    options(argc, argv);
    open_channel();
    closed_channel();
    null_channel();
    return 0;
}
