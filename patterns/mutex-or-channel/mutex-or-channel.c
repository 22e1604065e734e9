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
 * The boards are the same in the end. What differs is what it takes to get
 * there: who waits for whom, who must be told that it is over, and the time.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include "board.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

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

static struct board with_channel(int games, int room)
{
    struct board board = {0};
    struct waitgroup wg = {0};
    chan(int) results = chan_make(int, room);
    wg_go(&wg, keeper, (struct keeper){results, &board});
    play_all(player_sends, games, results);
    chan_close(results); /* or the keeper would wait for games forever */
    wg_wait(&wg);        /* he may still have some to enter */
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

static struct board with_mutex(int games, int room)
{
    (void)room; /* nothing is handed over */
    struct locked_board l = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    play_all(player_locks, games, &l);
    pthread_mutex_destroy(&l.mutex);
    return l.board;
}

/* Atomics: each number is right by itself. Whoever reads them meanwhile may find
 * a game without its points. */
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

static struct board with_atomics(int games, int room)
{
    (void)room;
    struct atomic_board a = {0};
    play_all(player_counts, games, &a);
    return (struct board){a.games, a.points, a.best};
}

static const struct way {
    const char *name;
    struct board (*play)(int games, int room);
} ways[] = {
    {"channel", with_channel},
    {"mutex", with_mutex},
    {"atomics", with_atomics},
};

enum { WAYS = sizeof ways / sizeof *ways };

int main(int argc, char **argv)
{
    int games = 100, room = 0, wanted = 0;
    args(argc, argv,
         "mutex-or-channel [-n GAMES] [-r ROOM] [channel|mutex|atomics...]",
         opt_number('n', &games, 1, 50000000),
         opt_number('r', &room, 0, 1000000),
         arg_choices(&wanted, "channel", "mutex", "atomics"));

    struct board first = {0};
    bool same = true;
    for (int i = 0; i < WAYS; i++) {
        if (wanted && !(wanted & 1 << i))
            continue;
        long long began = now_ms();
        struct board board = ways[i].play(games, room);
        board_print(&board, ways[i].name, now_ms() - began);
        if (first.games == 0)
            first = board;
        same &= board_same(&first, &board);
    }
    puts(same ? "whichever way, one result" : "the results differ");
    return !same;
}
