/* unlock-missing-on-rotate-error -- An error path locks again in the function that
 * reports the error.
 *
 * main returns without waiting, so the goroutine may get no turn at all.
 *
 * Class: blocking, resource, double locking
 * Structure of: cockroach 9935
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static int lines;

static void report_and_exit(void)
{
    pthread_mutex_lock(&log_lock); /* BUG */
    lines++;
    pthread_mutex_unlock(&log_lock);
}

static bool rotate(void)
{
    return false;
}

static void output(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&log_lock);
    if (!rotate()) {
#ifdef FIXED
        pthread_mutex_unlock(&log_lock);
        report_and_exit();
        return;
#else
        report_and_exit();
#endif
    }
    lines++;
    pthread_mutex_unlock(&log_lock);
}

int main(void)
{
    go(output);
}
