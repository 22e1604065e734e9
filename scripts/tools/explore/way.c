#define _GNU_SOURCE
#include "way.h"
#include <stdlib.h>
#include <string.h>

// How far a run is from the usual order.
struct distance {
    size_t departs, end;
};

void adopt(struct way *w, struct run *r)
{
    clear_run(&w->run);
    w->run = *r;
    *r = (struct run){0};
    w->departs = w->preempts = w->end = 0;
    for (size_t i = 0; i < w->run.n; i++) {
        if (is_usual(&w->run.choice[i]))
            continue;
        w->departure =
            with_room(w->departure, w->departs, &w->room, sizeof(size_t));
        w->departure[w->departs++] = i + 1;
        w->preempts += w->run.choice[i].held;
        w->end = i + 1;
    }
}

void attempt(struct way *w, size_t choices, struct change change)
{
    struct text t = {0};
    size_t departure = 0;
    for (size_t i = 0; i < choices; i++) {
        const struct choice *c = &w->run.choice[i];
        long number = c->took;
        if (!is_usual(c)) {
            departure++;
            bool changes = change.from && departure >= change.from &&
                           departure <= change.to;
            if (changes && change.cut)
                continue;
            if (changes)
                number = c->usual;
        }
        add_choice(&t, c, number);
    }
    w->trial = with_room(w->trial, w->trials, &w->trial_room, sizeof(char *));
    w->trial[w->trials++] = taken(&t);
}

char *beginning_of(const struct way *w, size_t steps)
{
    struct text t = {0};
    for (size_t i = 0; i < steps; i++)
        add_choice(&t, &w->run.choice[i], w->run.choice[i].took);
    return taken(&t);
}

long seed_of_way(const struct search *s)
{
    return s->set.orders ? -1 : s->way.target->way_label;
}

void run_trials(struct search *s)
{
    struct way *w = &s->way;
    for (size_t i = 0; i < w->trials; i++) {
        write_schedule(s, i + 1, w->trial[i]);
        free(w->trial[i]);
    }
    w->replays += w->trials;
    size_t n = w->trials;
    w->trials = 0;
    run_orders(s, n, seed_of_way(s));
}

static struct distance distance_of(const struct run *r)
{
    struct distance d = {0};
    for (size_t i = 0; i < r->n; i++) {
        if (is_usual(&r->choice[i]))
            continue;
        d.departs++;
        d.end = i + 1;
    }
    return d;
}

static bool is_nearer(struct distance a, struct distance b)
{
    if (a.departs != b.departs)
        return a.departs < b.departs;
    return a.end < b.end;
}

bool try_trials(struct search *s)
{
    struct way *w = &s->way;
    struct outcome o = {0};
    struct run run = {0}, best = {0};
    struct distance nearest = {w->departs, w->end};
    bool better = false;
    size_t trials = w->trials;
    run_trials(s);
    for (size_t i = 1; i <= trials; i++) {
        if (!look(s, i, &o) || !fails_like(&o, w->target))
            continue;
        read_choices(s, i, &run);
        if (!is_nearer(distance_of(&run), nearest))
            continue;
        nearest = distance_of(&run);
        struct run last = best;
        best = run;
        run = last;
        better = true;
    }
    if (better)
        adopt(w, &best);
    clear_outcome(&o);
    clear_run(&run);
    clear_run(&best);
    return better;
}

static bool time_is_left(struct search *s)
{
    return s->way.replays < REPLAYS && now_ms() < s->way.until && !is_over(s);
}

void shorten(struct search *s)
{
    enum { AT_ONCE = 16 };
    struct way *w = &s->way;
    size_t step;
    do {
        step = (w->departs + AT_ONCE - 1) / AT_ONCE;
        if (step < 1)
            step = 1;
        for (size_t i = 0; i < w->departs; i += step)
            attempt(w, i ? w->departure[i - 1] : 0, (struct change){0});
    } while (w->trials && try_trials(s) && step > 1 && time_is_left(s));
}

static void attempt_pieces(struct way *w, size_t piece)
{
    for (size_t to = w->departs; to >= 1 && w->trials < 32;) {
        size_t from = to > piece ? to - piece + 1 : 1;
        attempt(w, w->end, (struct change){from, to, false});
        if (piece == 1)
            attempt(w, w->end, (struct change){to, to, true});
        to = to > piece ? to - piece : 0;
    }
}

void straighten(struct search *s)
{
    struct way *w = &s->way;
    size_t piece = (w->departs + 1) / 2;
    while (piece >= 1 && time_is_left(s)) {
        attempt_pieces(w, piece);
        bool better = w->trials && try_trials(s) && w->departs;
        if (!better)
            piece = piece > 1 ? (piece + 1) / 2 : 0;
        else if (piece > w->departs)
            piece = w->departs;
    }
}

// Looks among the runs of the batch for a shorter way to the failure.
static bool find_nearer(struct search *s)
{
    struct outcome o = {0};
    struct run run = {0};
    bool found = false;
    for (size_t i = 1; i <= s->tries && !found; i++) {
        const struct order *order = &s->trying[i - 1];
        if (!look(s, i, &o))
            continue;
        bool logged = read_choices(s, i, &run);
        found = logged && fails_like(&o, s->way.target) &&
                order->departures < s->way.departs;
        if (found)
            adopt(&s->way, &run);
        else if (logged && run.n <= LONGEST && !o.unrepeatable &&
                 has_followed(&run, order))
            add_stem(&s->orders, &run, order);
    }
    clear_outcome(&o);
    clear_run(&run);
    return found;
}

void search_from_usual(struct search *s, size_t preemptions)
{
    size_t left = 150;
    begin_orders(&s->orders, preemptions);
    while (s->orders.pending && left > 0 &&
           s->orders.next.departures < s->way.departs &&
           now_ms() < s->way.until && !is_over(s)) {
        try_next_orders(s, left, seed_of_way(s));
        left -= s->tries;
        s->way.replays += s->tries;
        if (find_nearer(s))
            return;
        look_for_more_orders(&s->orders);
    }
}
