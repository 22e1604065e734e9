/* exits -- processes that end at any moment of their goroutines' lives.
 *
 * Again and again a child process starts goroutines. Some end at once, some later
 * and some never. At a random moment the child exits: by a return from main, by
 * exit() in a goroutine, or after a fork() of its own. It must end soon, with the
 * right status.
 *
 *     exits [-t SECONDS] [-s SEED]
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "stress.h"

static uint64_t dice;

static void end_later(void *arg)
{
    unsigned us = *(unsigned *)arg;
    if (us > 0)
        nap_us(us);
}

static void wait_for_ever(void *arg)
{
    chan(int) none = NULL;
    (void)arg;
    chan_recv(none, NULL);
}

static void leave(void *arg)
{
    unsigned us = *(unsigned *)arg;
    nap_us(us);
    exit(3);
}

/* The wait groups of this process and of the processes that forked it. Goroutines may
 * use them until the process ends. */
static struct waitgroup groups[3];

static bool ended_well(int status)
{
    return WIFEXITED(status) &&
           (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3);
}

static void start_some(struct waitgroup *wg)
{
    for (unsigned n = draw(&dice, 20); n > 0; n--)
        switch (draw(&dice, 4)) {
        case 0:
            go(wait_for_ever);
            break;
        case 1:
            wg_go(wg, end_later, draw(&dice, 200));
            break;
        default:
            go(end_later, draw(&dice, 2) * draw(&dice, 300));
        }
}

static int live(int depth);

/* Forks a child that does the same, and returns whether it ended as it should. */
static bool live_apart(int depth)
{
    pid_t child = fork_for(depth ? 30 : 40);
    if (child == 0)
        exit(live(depth));
    int status = wait_for(child);
    if (!ended_well(status))
        dprintf(2, "a process at depth %d ended with status %#x\n", depth,
                (unsigned)status);
    return ended_well(status);
}

/* The sanitizers do not like a fork() beside other threads. */
static int live(int depth)
{
    struct waitgroup *wg = &groups[depth];
    bool by_goroutine = draw(&dice, 4) == 0;
    start_some(wg);
    if (depth < 2 && draw(&dice, 3) == 0 && !SANITIZED)
        if (!live_apart(depth + 1))
            return 1;
    if (draw(&dice, 2))
        wg_wait(wg);
    if (by_goroutine) {
        go(leave, draw(&dice, 200));
        wait_for_ever(NULL);
    }
    nap_us(draw(&dice, 2) * draw(&dice, 300));
    return 0;
}

static void play(uint64_t seed)
{
    dice = seed;
    if (!live_apart(0))
        fail("a process did not end as it should");
}

int main(int argc, char **argv)
{
    stress.forks = true;
    return stress_main(argc, argv, play, "all processes gone");
}
