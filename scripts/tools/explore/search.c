#define _GNU_SOURCE
#include "search.h"
#include <time.h>

long long now_ms(void)
{
    struct timespec t;
    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
        trouble("clock");
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

bool is_over(struct search *s)
{
    if (now_ms() >= s->deadline)
        s->stopped = BY_TIME;
    return s->stopped == BY_TIME;
}
