/* held -- a mistake that needs one goroutine held back while another takes many steps.
 *
 * watch() looks twice at a sum, and trusts that little happens in between. It fails
 * if count() adds five times between two looks. Seeds that choose uniformly almost
 * never hold a goroutine back for so long.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

enum { ROUNDS = 20, MANY = 5 };

struct sum {
    pthread_mutex_t mutex;
    int n; /* guarded by mutex */
};

static int look(struct sum *s)
{
    pthread_mutex_lock(&s->mutex);
    int n = s->n;
    pthread_mutex_unlock(&s->mutex);
    return n;
}

static void count(void *arg)
{
    struct sum *s = arg;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&s->mutex);
        s->n++;
        pthread_mutex_unlock(&s->mutex);
    }
}

int main(void)
{
    struct sum s = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    struct waitgroup wg = {0};
    wg_go(&wg, count, &s);
    int before = look(&s);
    int after = look(&s);
    wg_wait(&wg);
    return after - before >= MANY;
}
