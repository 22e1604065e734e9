#define _GNU_SOURCE
#include "fate.h"
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 5 }; // runs between two looks at what came of them

static bool time_is_left(struct search *s)
{
    return now_ms() < s->way.until && !is_over(s);
}

// Runs N seeds from FIRST on, each behind that schedule. Returns whether all
// fail in the same way. Different goroutines may be stuck in them.
static bool all_fail(struct search *s, const char *beginning, long first,
                     size_t n)
{
    struct outcome o = {0};
    bool all = true;
    for (size_t i = 1; i <= n; i++)
        write_schedule(s, i, beginning);
    s->batch.then_seeds = true;
    s->batch.first = first;
    run_orders(s, n, seed_of_way(s));
    s->batch.then_seeds = false;
    for (size_t i = 1; all && i <= n; i++)
        all = look(s, i, &o) && o.kind && !o.unrepeatable &&
              strcmp(o.kind, s->way.target->kind) == 0;
    clear_outcome(&o);
    return all;
}

// Whether seeds FROM + 1 to TO all fail behind the first steps of the way.
static bool is_doomed(struct search *s, size_t steps, long from, long to)
{
    char *beginning = beginning_of(&s->way, steps);
    bool doomed = true;
    for (; doomed && from < to; from += AT_ONCE)
        doomed = time_is_left(s) && all_fail(s, beginning, from + 1, AT_ONCE);
    free(beginning);
    return doomed;
}

// Looks for the first step behind which FEW_SEEDS fail, between a step behind
// which some run ended well and one behind which all failed.
static void narrow(struct search *s, size_t good, struct fate *f)
{
    while (good + 1 < f->step) {
        size_t middle = good + (f->step - good) / 2;
        bool fails = is_doomed(s, middle, 0, FEW_SEEDS);
        if (!time_is_left(s))
            return;
        if (fails)
            *f = (struct fate){.step = middle, .seeds = FEW_SEEDS};
        else
            good = middle;
    }
    f->first = true;
}

// A step that more seeds do not confirm counts as good, and the search goes on
// behind it.
static struct fate fate_of(struct search *s)
{
    struct fate f = {.step = s->way.run.n};
    for (size_t good = 0; good < s->way.run.n; good = f.step) {
        f = (struct fate){.step = s->way.run.n};
        narrow(s, good, &f);
        bool confirmed = f.first && is_doomed(s, f.step, FEW_SEEDS, ALL_SEEDS);
        if (confirmed)
            f.seeds = ALL_SEEDS;
        if (confirmed || !time_is_left(s))
            break;
    }
    return f;
}

void find_fate(struct search *s)
{
    const struct tally *t = &s->tally;
    s->way.fate = (struct fate){0};
    if (t->failed == t->ran || is_slow_to_fail(s->way.target))
        return;
    s->way.until = now_ms() + FATE_MS;
    struct fate found = fate_of(s);
    if (found.seeds)
        s->way.fate = found;
}
