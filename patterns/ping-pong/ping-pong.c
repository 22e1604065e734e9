/* ping-pong -- pass the turn along with the ball.
 *
 * Two goroutines must take turns. No lock and no flag says whose turn it is:
 * whoever has the ball may move, and a channel gives it to one at a time.
 *
 *     +------+ --ball--> +-------+ --ball--> +------+
 *     | ping |           | table |           | pong |
 *     +------+ <--ball-- +-------+ <--ball-- +------+
 *
 * Watch for the hits: they alternate, and none is lost or counted twice,
 * although both players write to one and the same ball.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <limits.h>
#include <stdio.h>

struct ball {
    int hits;
};

struct player {
    const char *name;
    int last; /* the hit that ends the rally */
    chan(struct ball *) table;
};

static void player(void *arg)
{
    const struct player *self = arg;
    struct ball *ball;

    while (chan_recv(self->table, &ball)) {
        ball->hits++; /* the ball is here, so it is our turn */
        printf("%s %d\n", self->name, ball->hits);
        if (ball->hits == self->last)
            chan_close(self->table); /* ends the loop of both players */
        else
            chan_send(self->table, ball); /* from here on, hands off the ball */
    }
}

int main(int argc, char **argv)
{
    int last = args_number(argc, argv, "ping-pong [HITS]", 6, 1, INT_MAX);
    chan(struct ball *) table = chan_make(struct ball *, 0);
    struct ball ball = {.hits = 0};
    struct waitgroup wg = {0};

    /* The send returns when ping has the ball. Only then does pong come to the
     * table: so it is always ping who begins. */
    wg_go(&wg, player, (struct player){"ping", last, table});
    chan_send(table, &ball);
    wg_go(&wg, player, (struct player){"pong", last, table});

    wg_wait(&wg);
    printf("the ball has counted %d\n", ball.hits);
    chan_free(table);
    return 0;
}
