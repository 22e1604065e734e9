#define _GNU_SOURCE
#include "trying.h"
#include <stdlib.h>

void try_seeds(struct search *s)
{
    struct outcome o = {0};
    struct run run = {0};
    long last = s->set.from + s->set.seeds - 1;
    for (long from = s->set.from; from <= last && !is_over(s);) {
        long left = last - from + 1;
        bool all = (size_t)left <= s->batch.size;
        s->batch.n = all ? (size_t)left : s->batch.size;
        s->batch.first = from;
        run_batch(s);
        for (size_t i = 1; i <= s->batch.n; i++) {
            if (!look(s, i, &o))
                continue;
            bool logged = read_choices(s, i, &run);
            struct example e = {.label = from + (long)i - 1, .recipe = ""};
            enter(&s->tally, &o, &run, logged, e);
        }
        from += (long)s->batch.n;
        progress(s, "%zu of %ld seeds", s->tally.ran, s->set.seeds);
    }
    progress(s, "%s", "");
    clear_outcome(&o);
    clear_run(&run);
}

void try_next_orders(struct search *s, size_t most, long seed)
{
    for (size_t i = 0; i < s->tries; i++)
        free(s->trying[i].recipe);
    s->tries = 0;
    do {
        s->trying =
            with_room(s->trying, s->tries, &s->trying_room, sizeof *s->trying);
        s->trying[s->tries++] = s->orders.next;
        write_schedule(s, s->tries, s->orders.next.recipe);
        s->orders.pending = find_next_order(&s->orders);
    } while (s->orders.pending && s->tries < s->batch.size && s->tries < most);
    run_orders(s, s->tries, seed);
}

static void enter_order(struct search *s, const struct outcome *o,
                        const struct run *run, bool logged,
                        const struct order *order)
{
    struct tally *t = &s->tally;
    struct example e = {.label = (long)t->ran + 1, .recipe = order->recipe};
    enter(t, o, run, logged, e);
    if (run->n > LONGEST)
        t->endless++;
    else if (!o->unrepeatable && logged && has_followed(run, order))
        add_stem(&s->orders, run, order);
    else if (!o->unrepeatable)
        t->astray++;
}

void try_orders(struct search *s)
{
    struct outcome o = {0};
    struct run run = {0};
    size_t most = (size_t)s->set.most;
    begin_orders(&s->orders, (size_t)s->set.preemptions);
    while (s->orders.pending && s->tally.ran < most && !is_over(s)) {
        try_next_orders(s, most - s->tally.ran, -1);
        for (size_t i = 1; i <= s->tries; i++) {
            if (!look(s, i, &o))
                continue;
            bool logged = read_choices(s, i, &run);
            enter_order(s, &o, &run, logged, &s->trying[i - 1]);
        }
        look_for_more_orders(&s->orders);
        progress(s, "%zu orders", s->tally.ran);
    }
    if (s->orders.pending && s->stopped == NOT_STOPPED)
        s->stopped = AT_LIMIT;
    progress(s, "%s", "");
    clear_outcome(&o);
    clear_run(&run);
}
