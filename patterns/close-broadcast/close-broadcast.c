/* close-broadcast -- one close reaches everybody.
 *
 * An orchestra tunes, each player for himself, until the conductor raises the
 * baton. He doesn't go round and tell them, nor does he count them: he closes
 * a channel, once, and all who watch it see that.
 *
 *     violin <--.
 *     flute  <--+--baton, closed once-- main <--notes-- each of them
 *     horn   <--'
 *
 * Watch them fall silent, in any order but every one of them; and the pianist,
 * who was not even there when the baton went up.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

struct player {
    const char *name;
    chan(const char *) notes, silent;
    chan(bool) baton; /* nothing is ever sent on it */
};

static void player(void *arg)
{
    const struct player *p = arg;
    /* A plain send is deaf to the baton, and would wait for a listener. */
    while (chan_select(chan_on_send(p->notes, p->name),
                       chan_on_recv(p->baton, NULL)) == 0)
        sleep_ms(5); /* a note takes its time */
    chan_send(p->silent, p->name);
}

static const char *name(int i)
{
    static const char *names[] = {"violin", "flute", "cello", "horn"};
    return names[i % 4];
}

/* Prints n names as they come. Returns how many came. */
static int hear(chan(const char *) names, int n)
{
    int heard = 0;
    for (const char *who; heard < n && chan_recv(names, &who); heard++)
        printf(" %s", who);
    puts("");
    return heard;
}

int main(int argc, char **argv)
{
    int n = args_number(argc, argv, "close-broadcast [PLAYERS]", 4, 1, 500);
    chan(const char *) notes = chan_make(const char *, 0);
    chan(const char *) silent = chan_make(const char *, 0);
    chan(bool) baton = chan_make(bool, 0);
    struct waitgroup players = {0};

    for (int i = 0; i < n; i++)
        wg_go(&players, player, (struct player){name(i), notes, silent, baton});
    printf("tuning:");
    hear(notes, 2 * n);

    chan_close(baton); /* whether they are a few or hundreds */
    printf("baton up, silent:");
    int stopped = hear(silent, n);

    /* It stays closed, and nobody listens to notes: she has no other case. */
    wg_go(&players, player, (struct player){"piano", notes, silent, baton});
    printf("late, silent at once:");
    stopped += hear(silent, 1);

    wg_wait(&players);
    printf("%d of %d silent after one close\n", stopped, n + 1);
    chan_free(notes);
    chan_free(silent);
    chan_free(baton);
    return stopped != n + 1;
}
