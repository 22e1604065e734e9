/* locals.c -- a program with large thread-locals. A goroutine has its promised stack
 * beside them.
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include "check.h"

static _Thread_local volatile char scratch[300 << 10];

static void use(size_t size)
{
    volatile char page[1024];
    memset((char *)page, 1, sizeof page);
    if (size > 2 * sizeof page)
        use(size - sizeof page);
    scratch[size % sizeof scratch] = page[5];
}

static void use_half(void *arg)
{
    use(*(size_t *)arg / 2 / (SANITIZED ? 2 : 1));
    for (size_t i = 0; i < sizeof scratch; i += 1024)
        scratch[i] = 1;
}

static void goroutines_have_their_stack_beside_thread_locals(void)
{
    struct waitgroup wg = {0};
    for (int i = 0; i < 3; i++)
        wg_go(&wg, use_half, (size_t)256 << 10); /* the default */
    wg_wait(&wg);
    go_stack_bytes(16384);
    for (int i = 0; i < 3; i++)
        wg_go(&wg, use_half, (size_t)16384);
    wg_wait(&wg);
}

CHECKS(RUN(goroutines_have_their_stack_beside_thread_locals))
