/* library_inside -- the library for library.c, compiled without chan.h.
 *
 * It starts a thread of its own that calls back. The laboratory does not see
 * how the thread is created.
 *
 * SPDX-License-Identifier: 0BSD
 */
#define _GNU_SOURCE
#include "library.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct call {
    int ms;
    void (*back)(void *);
    void *arg;
};

static void *call_later(void *arg)
{
    struct call call = *(struct call *)arg;
    free(arg);
    usleep((useconds_t)call.ms * 1000);
    call.back(call.arg);
    return NULL;
}

static int start(pthread_t *id, int ms, void (*back)(void *), void *arg)
{
    struct call *call = malloc(sizeof *call);
    if (!call)
        return 1;
    *call = (struct call){ms, back, arg};
    if (pthread_create(id, NULL, call_later, call) == 0)
        return 0;
    free(call);
    return 1;
}

int library_calls_later(int ms, void (*back)(void *), void *arg)
{
    pthread_t id;
    return start(&id, ms, back, arg) ? 1 : pthread_detach(id);
}

int library_waits_for_call(int ms, void (*back)(void *), void *arg)
{
    pthread_t id;
    return start(&id, ms, back, arg) ? 1 : pthread_join(id, NULL);
}
