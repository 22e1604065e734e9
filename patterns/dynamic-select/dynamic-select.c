/* dynamic-select -- wait for as many channels as there are.
 *
 * A sheep is lost, and some shepherds go out to look for her, each on a path
 * of his own. How many come is known only in the morning, so nobody can have
 * written the cases of this select beforehand: we build them in a loop.
 *
 *     shepherd 1 --calls--.
 *     ...        --calls--+--> farm --home, closed--> everyone
 *     shepherd N --calls--'
 *
 * Watch the first day: the farm hears every path to its end. On the second the
 * first good news ends the wait, and nobody is left out there.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { MOST = 500 }; /* shepherds for whom we have room */

struct call {
    int shepherd;
    bool sheep;
};

struct shepherd {
    int id, places, sheep_at;
    chan(struct call) calls;
    chan(bool) home;
};

static void shepherd(void *arg)
{
    const struct shepherd *s = arg;
    defer(chan_close, s->calls); /* at the end of his path, or called home */

    for (int place = 1; place <= s->places; place++) {
        sleep_ms(10); /* looks behind every bush */
        struct call call = {s->id, .sheep = place == s->sheep_at};
        /* A plain send would wait forever for a farm that listens no more. */
        if (chan_select(chan_on_send(s->calls, call),
                        chan_on_recv(s->home, NULL)) == 1)
            return;
    }
}

/* Returns who has found her, or 0 if every path has come to its end. */
static int listen_to(chan(struct call) calls[], int n, int *heard)
{
    struct chan_case cases[MOST];
    struct call call; /* one for all cases: only one of them happens */
    bool ok;

    for (int i = 0; i < n; i++)
        cases[i] = chan_on_recv(calls[i], &call, &ok);
    while (n > 0) {
        int i = chan_select_array(cases, n);
        if (!ok)
            cases[i] = cases[--n]; /* closed: the last one takes its place */
        else if (call.sheep)
            return call.shepherd; /* the first will do, whoever it is */
        else
            printf(" %d", call.shepherd);
        *heard += ok;
    }
    return 0;
}

/* Some paths are longer than others. */
static int places(int shepherd)
{
    return 2 + shepherd % 2;
}

/* One day out. Returns who has found her, or 0. */
static int search(int n, int finder, int *heard)
{
    chan(struct call) calls[MOST];
    chan(bool) home = chan_make(bool, 0);
    struct waitgroup away = {0};

    for (int id = 1; id <= n; id++) {
        int sheep_at = id == finder ? 2 : 0;
        chan(struct call) out = calls[id - 1] = chan_make(struct call, 0);
        wg_go(&away, shepherd,
              (struct shepherd){id, places(id), sheep_at, out, home});
    }
    int found = listen_to(calls, n, heard);
    chan_close(home); /* the wait is over for us: now release the others */
    wg_wait(&away);

    while (n > 0)
        chan_free(calls[--n]);
    chan_free(home);
    return found;
}

int main(int argc, char **argv)
{
    int n = args_number(argc, argv, "dynamic-select [SHEPHERDS]", 4, 1, MOST);
    int finder = n < 2 ? 1 : 2, heard = 0, due = 0;
    for (int i = 1; i <= n; i++)
        due += places(i);

    printf("day 1:");
    int found = search(n, 0, &heard);
    printf(" (no sheep, %d of %d calls heard)\n", heard, due);
    bool all = found == 0 && heard == due;

    printf("day 2:");
    found = search(n, finder, &heard);
    printf(" (%d has found her: come home)\n", found);

    all = all && found == finder;
    printf("%d paths, %s, everyone is home\n", n,
           all ? "no call lost" : "calls lost");
    return !all;
}
