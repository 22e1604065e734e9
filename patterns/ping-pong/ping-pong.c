/* ping-pong -- make two goroutines take turns.
 *
 * Two players hit one ball. No lock and no flag says whose turn it is: only the
 * player that has received the ball may touch it, and an unbuffered channel
 * hands the ball to one player at a time.
 *
 *     +------+ --ball--> +-------+ --ball--> +------+
 *     | ping |           | table |           | pong |
 *     +------+ <--ball-- +-------+ <--ball-- +------+
 *
 * Watch the hits: they alternate and none is lost, although both players write
 * to the same ball without a lock.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct ball {
    int hits; /* Touched only by the player that has received the ball. */
};

struct player {
    const char *name;
    int last; /* The hit with this number ends the rally. */
    chan(struct ball *) table;
};

static void player(void *arg)
{
    const struct player *self = arg;
    lab_name("%s", self->name); /* in the laboratory's reports and pictures */
    struct ball *ball;

    while (chan_recv(self->table, &ball)) { /* false: table is closed */
        ball->hits++;
        printf("%s: hit %d\n", self->name, ball->hits);
        if (ball->hits == self->last)
            chan_close(self->table); /* Ends the loops of both players. */
        else
            chan_send(self->table, ball); /* Do not touch the ball any more. */
    }
}

/* Plays until the last hit, and returns how many hits the ball has counted. */
static int rally(int last)
{
    chan(struct ball *) table = chan_make(struct ball *, 0);
    struct ball ball = {.hits = 0};
    struct waitgroup players = {0};

    wg_go(&players, player, (struct player){"ping", last, table});
    chan_send(table, &ball); /* Returns when ping has the ball: ping begins. */
    wg_go(&players, player, (struct player){"pong", last, table});
    wg_wait(&players); /* Now main may read the ball and free the table. */
    chan_free(table);
    return ball.hits;
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

#include <limits.h>

int main(int argc, char **argv)
{
    int last = args_number(argc, argv, "ping-pong [HITS]", 6, 1, INT_MAX);
    printf("main: %d hits\n", rally(last));
    return 0;
}
