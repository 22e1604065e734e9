/* gauge.h -- counts the goroutines that are there; it only looks on.
 * SPDX-License-Identifier: 0BSD */
struct gauge {
    atomic_int now;
    int most; /* set by one thread only: the one that starts the others */
};

static void one_more(struct gauge *g)
{
    int now = atomic_fetch_add(&g->now, 1) + 1;
    g->most = now > g->most ? now : g->most;
}

static void one_less(void *gauge)
{
    atomic_fetch_sub(&((struct gauge *)gauge)->now, 1);
}
