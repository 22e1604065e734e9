/* race.h -- what scripts/race puts before a program, for ThreadSanitizer.
 *
 * chan.h gives the thread of a goroutine that has ended to the next go(). No
 * program may rely on the order that this makes; but ThreadSanitizer sees it,
 * and short goroutines would never race. So here each has a thread of its own
 * that nobody joins, ordered by nothing but what the program asked for. And a
 * wg_add() of a positive number orders nothing, as it promises nothing.
 *
 * SPDX-License-Identifier: 0BSD
 */
#ifndef RACE_H
#define RACE_H
#include "chan.h"

/* ThreadSanitizer's: look away for a moment. */
void AnnotateIgnoreSyncBegin(const char *file, int line);
void AnnotateIgnoreSyncEnd(const char *file, int line);
void AnnotateIgnoreReadsBegin(const char *file, int line);
void AnnotateIgnoreReadsEnd(const char *file, int line);
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);

struct race_goroutine_ {
    void (*f)(void *), *arg;
    struct waitgroup *wg;
    const char *at;
    pid_t process;
    max_align_t copy[];
};

static inline void race_add_(struct waitgroup *wg, long long n, const char *at)
{
    if (n <= 0) {
        wg_add_(wg, n, at);
        return;
    }
    AnnotateIgnoreSyncBegin(__FILE__, __LINE__);
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    wg_add_(wg, n, at);
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
    AnnotateIgnoreSyncEnd(__FILE__, __LINE__);
}

static inline void *race_run_(void *goroutine)
{
    struct race_goroutine_ *g = goroutine;
    g->f(g->arg);
    if (g->process != getpid())
        exit(0); /* a child that a goroutine forked: as in chan.h */
    struct waitgroup *wg = g->wg;
    const char *at = g->at;
    free(g);
    if (wg)
        wg_add_(wg, -1, at);
    return NULL;
}

static inline void race_go_(struct waitgroup *wg, void (*f)(void *),
                            const void *value, size_t size, bool is_pointer,
                            const char *at)
{
    struct race_goroutine_ *g = malloc(sizeof *g + size);
    if (!g)
        chan_panic_("no goroutine with %zu bytes: %s (%s)\n", size,
                    strerror(ENOMEM), at);
    *g = (struct race_goroutine_){f, g->copy, wg, at, getpid()};
    memcpy(is_pointer ? (void *)&g->arg : g->copy, value, size);
    if (wg)
        race_add_(wg, 1, at);
    pthread_once(&chan_program_.once, chan_once_);
    pthread_t id;
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, (size_t)chan_program_.stack_bytes);
    int error = pthread_create(&id, &attr, race_run_, g);
    pthread_attr_destroy(&attr);
    if (error)
        chan_panic_("no thread for goroutine: %s (%s)\n", strerror(error), at);
}

#define wg_add_ race_add_
#define chan_go_ race_go_
#endif
