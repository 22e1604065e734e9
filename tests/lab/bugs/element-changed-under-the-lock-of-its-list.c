/* element-changed-under-the-lock-of-its-list -- A list's lock guards which clients
 * there are, but not what a client contains.
 *
 * Class: non-blocking, traditional, data race
 * Structure of: istio 16742
 * Found by: race
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct client {
    int labels;
};

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static struct client *clients[1];

static void stream(void *arg)
{
    struct client *c = arg;
    pthread_rwlock_wrlock(&lock);
    clients[0] = c;
    pthread_rwlock_unlock(&lock);
#ifdef FIXED
    pthread_rwlock_rdlock(&lock);
#endif
    volatile int labels = c->labels; /* BUG */
#ifdef FIXED
    pthread_rwlock_unlock(&lock);
#endif
    (void)labels;
}

static void update(void *arg)
{
    (void)arg;
#ifdef FIXED
    pthread_rwlock_wrlock(&lock);
#else
    pthread_rwlock_rdlock(&lock);
#endif
    if (clients[0])
        clients[0]->labels = 1; /* BUG */
    pthread_rwlock_unlock(&lock);
}

int main(void)
{
    struct waitgroup wg = {0};
    struct client c = {0};
    wg_go(&wg, stream, &c);
    wg_go(&wg, update);
    wg_wait(&wg);
}
