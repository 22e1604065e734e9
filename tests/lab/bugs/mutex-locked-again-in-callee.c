/* mutex-locked-again-in-callee -- A function locks a mutex and calls another function
 * that locks it again.
 *
 * A page initializes its content under a mutex. For a page with a shortcode, the
 * initialization calls a function that expects the mutex to be free.
 *
 * Class: blocking, resource, double locking
 * Structure of: hugo 5379
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static pthread_mutex_t content = PTHREAD_MUTEX_INITIALIZER;
static int renders;

static void render(void)
{
    pthread_mutex_lock(&content); /* BUG */
    renders++;
    pthread_mutex_unlock(&content);
}

static void init_content(void)
{
    pthread_mutex_lock(&content);
#ifdef FIXED
    renders++;
#else
    render();
#endif
    pthread_mutex_unlock(&content);
}

static void page(void *arg)
{
    (void)arg;
    init_content();
    render();
}

int main(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, page);
    wg_wait(&wg);
}
