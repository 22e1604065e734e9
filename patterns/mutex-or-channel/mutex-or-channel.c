/* mutex-or-channel -- the same score board three times.
 *
 * Players report the points of each game, and a board counts the games, adds
 * up the points and keeps the best. Who writes on it? One goroutine, to whom
 * all others send; or everybody, under a mutex; or everybody, with atomics.
 *
 *     player --points--.                  player --.           player --.
 *     player --points--+--> keeper,       player --+-> mutex,  player --+->
 *                           his board                  board      atomics
 *
 * Watch the boards: they are the same. Then play a million games, and watch
 * the figures that come with them.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include "board.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLAYERS = 2 };

struct player {
    int id, games;
    void *board; /* or the channel to its keeper */
};

static void play_all(void (*player)(void *), int games, void *board)
{
    struct waitgroup players = {0};
    for (int i = 0; i < PLAYERS; i++)
        wg_go(&players, player, (struct player){i, games, board});
    wg_wait(&players);
}

static void player_sends(void *arg)
{
    const struct player *p = arg;
    chan(int) results = p->board;
    for (int i = 0; i < p->games; i++)
        chan_send(results, points_of(p->id, i));
}

struct keeper {
    chan(int) results;
    struct board *board; /* ours until we are done */
};

static void keeper(void *arg)
{
    const struct keeper *k = arg;
    for (int points; chan_recv(k->results, &points);)
        board_add(k->board, points);
}

static struct board with_channel(int games)
{
    struct board board = {0};
    struct waitgroup wg = {0};
    chan(int) results = chan_make(int, 100);
    wg_go(&wg, keeper, (struct keeper){results, &board});
    play_all(player_sends, games, results);
    chan_close(results); /* or the keeper would wait for games for ever */
    wg_wait(&wg);        /* he may have a hundred games still to enter */
    chan_free(results);
    return board;
}

/* The mutex: what belongs together is changed together. */
struct locked_board {
    pthread_mutex_t mutex;
    struct board board;
};

static void player_locks(void *arg)
{
    const struct player *p = arg;
    struct locked_board *l = p->board;
    for (int i = 0; i < p->games; i++) {
        int points = points_of(p->id, i);
        pthread_mutex_lock(&l->mutex);
        board_add(&l->board, points);
        pthread_mutex_unlock(&l->mutex);
    }
}

static struct board with_mutex(int games)
{
    struct locked_board l = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    play_all(player_locks, games, &l);
    pthread_mutex_destroy(&l.mutex);
    return l.board;
}

/* Atomics: each number is right by itself. Who reads them meanwhile may find a
 * game without its points. */
struct atomic_board {
    atomic_long games, points;
    atomic_int best;
};

static void player_counts(void *arg)
{
    const struct player *p = arg;
    struct atomic_board *a = p->board;
    for (int i = 0; i < p->games; i++) {
        int points = points_of(p->id, i), best = a->best;
        a->games++;
        a->points += points;
        while (points > best &&
               !atomic_compare_exchange_weak(&a->best, &best, points))
            continue; /* another was first: `best` is now what he wrote */
    }
}

static struct board with_atomics(int games)
{
    struct atomic_board a = {0};
    play_all(player_counts, games, &a);
    return (struct board){a.games, a.points, a.best};
}

static struct board count(const char *how, struct board (*with)(int), int games)
{
    long long began = now_ms();
    struct board board = with(games);
    board_print(&board, how, now_ms() - began);
    return board;
}

static int options(int argc, char **argv)
{
    const char *games = argc == 2 ? argv[1] : "";
    bool help = !strcmp(games, "-h") || !strcmp(games, "--help");
    char *end;
    long n = argc == 1 ? 100 : strtol(games, &end, 10);
    if (argc == 1 || (*games && !*end && n >= 1 && n <= 50000000))
        return (int)n;
    fputs("usage: mutex-or-channel [GAMES]   (of each player: 100)\n",
          help ? stdout : stderr);
    exit(help ? 0 : 2);
}

int main(int argc, char **argv)
{
    int n = options(argc, argv);
    struct board c = count("channel", with_channel, n);
    struct board m = count("mutex", with_mutex, n);
    struct board a = count("atomics", with_atomics, n);

    bool all_same = board_same(&c, &m) && board_same(&m, &a);
    puts(all_same ? "three ways, one result" : "the results differ");
    return !all_same;
}
