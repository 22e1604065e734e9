/* exits -- processes that end at any moment of their goroutines' lives.
 *
 * Again and again a child starts goroutines, of which some end at once, some
 * later and some never, and leaves main when it likes: by return, by exit() in
 * a goroutine, or after a fork() of its own. It has to be gone soon, with the
 * status that it should have.
 *
 *     exits [SECONDS [SEED]]     10 seconds; a failure names its seed
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

static uint64_t dice;

static unsigned throw(unsigned sides)
{
    dice = dice * 6364136223846793005 + 1442695040888963407;
    return (unsigned)(dice >> 33) % sides;
}

static void nap_us(unsigned us)
{
    nanosleep(&(struct timespec){.tv_nsec = us * 1000L}, NULL);
}

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

/* The wait groups of this process and of those that forked it: goroutines may
 * use them to the very end. */
static struct waitgroup groups[3];

static bool ended_well(int status)
{
    return WIFEXITED(status) &&
           (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3);
}

static int live(int depth)
{
    struct waitgroup *wg = &groups[depth];
    bool by_goroutine = throw(4) == 0;
    unsigned n = throw(20);
    for (unsigned i = 0; i < n; i++)
        switch (throw(4)) {
        case 0:
            go(wait_for_ever);
            break;
        case 1:
            wg_go(wg, end_later, throw(200));
            break;
        default:
            go(end_later, throw(2) * throw(300));
        }
    if (depth < 2 && throw(3) == 0) {
        pid_t child = fork();
        if (child == 0) {
            alarm(10);
            exit(live(depth + 1));
        }
        int status;
        waitpid(child, &status, 0);
        if (!ended_well(status))
            return 1;
    }
    if (throw(2))
        wg_wait(wg);
    if (by_goroutine) {
        go(leave, throw(200));
        wait_for_ever(NULL);
    }
    nap_us(throw(2) * throw(300));
    return 0;
}

int main(int argc, char **argv)
{
    long seconds = argc > 1 ? strtol(argv[1], NULL, 10) : 10;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)now_ms();
    long long end = now_ms() + seconds * 1000, rounds = 0;
    do {
        pid_t child = fork();
        if (child == 0) {
            alarm(20);
            dice = seed + (uint64_t)rounds;
            exit(live(0));
        }
        int status = -1;
        waitpid(child, &status, 0);
        if (!ended_well(status)) {
            fprintf(stderr,
                    "exits: status %#x; again by: exits 0 %" PRIu64 "\n",
                    (unsigned)status, seed + (uint64_t)rounds);
            return 1;
        }
        rounds++;
    } while (now_ms() < end);
    printf("%lld processes, all gone\n", rounds);
    return 0;
}
