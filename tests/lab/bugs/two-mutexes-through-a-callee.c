/* two-mutexes-through-a-callee -- Two goroutines take two mutexes in opposite order,
 * each through a callee.
 *
 * main returns without waiting, so the goroutines may get no turn at all.
 *
 * Class: blocking, resource, AB-BA
 * Structure of: cockroach 10214
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t coalesced = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t raft = PTHREAD_MUTEX_INITIALIZER;
static int beats, ticks;

static void report_unreachable(void)
{
    pthread_mutex_lock(&raft); /* BUG */
    ticks = 0;
    pthread_mutex_unlock(&raft);
}

static void send_heartbeats(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&coalesced);
    beats = 0;
#ifdef FIXED
    pthread_mutex_unlock(&coalesced);
    report_unreachable();
#else
    report_unreachable();
    pthread_mutex_unlock(&coalesced);
#endif
}

static void coalesce(void)
{
    pthread_mutex_lock(&coalesced); /* BUG */
    beats++;
    pthread_mutex_unlock(&coalesced);
}

static void tick(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&raft);
    ticks++;
    coalesce();
    pthread_mutex_unlock(&raft);
}

int main(void)
{
    go(send_heartbeats);
    go(tick);
}
