/* board.h -- a score board, and the games; no concurrency here: whoever calls
 * board_add() must be alone at the board.
 * SPDX-License-Identifier: 0BSD */
struct board {
    long games, points;
    int best;
};

static void board_add(struct board *board, int points)
{
    board->games++;
    board->points += points;
    if (points > board->best)
        board->best = points;
}

static bool board_same(const struct board *a, const struct board *b)
{
    return a->games == b->games && a->points == b->points && a->best == b->best;
}

static void board_print(const struct board *b, const char *how, long long ms)
{
    printf("%s: %ld games, %ld points, best %d\n", how, b->games, b->points,
           b->best);
    if (ms >= 10) /* less says nothing about speed */
        fprintf(stderr, "~ %s: %lld ns a game\n", how, ms * 1000000 / b->games);
}

/* The points of a player's n-th game, which is as good as played: 0 to 100. */
static int points_of(int player, int n)
{
    return (n % 101 * 37 + player * 11) % 101;
}
