/* orders.h -- Which order to try next. */
#ifndef EXPLORE_ORDERS_H
#define EXPLORE_ORDERS_H
#include "choices.h"

// An order: these choices, and from then on the usual ones.
struct order {
    char *recipe;  // the choices, one a line
    size_t length; // how many; the last is not usual
    size_t preemptions;
    size_t departures; // choices that are not usual
};

// A run from which other orders depart.
struct stem {
    char *log; // without comments
    size_t length, preemptions, departures;
};

// Every order is the usual one, or begins as some order before it, departs from
// that by one choice, later than where that departed last, and goes on as usual.
// So each comes once, and those of few departures first.
struct orders {
    size_t bound; // preemptions
    struct order next;
    bool pending; // next is still to try
    struct stem *queue;
    size_t head, tail, room;
    // Where we are in the stem at the head, if it is open:
    bool open;
    struct run run;
    size_t at, turn;
    struct text begun; // the choices up to there
};

static void close_stem(struct orders *o)
{
    clear_run(&o->run);
    clear(&o->begun);
    o->open = false;
    o->head++;
}

static void open_stem(struct orders *o)
{
    struct stem *s = &o->queue[o->head];
    take_log(&o->run, s->log);
    s->log = NULL;
    for (o->at = 0; o->at < s->length; o->at++) {
        const struct choice *c = &o->run.choice[o->at];
        add_choice(&o->begun, c->is_pick, c->took);
    }
    o->turn = 0;
    o->open = true;
}

static void end_orders(struct orders *o)
{
    if (o->open)
        close_stem(o);
    for (; o->head < o->tail; o->head++)
        free(o->queue[o->head].log);
    free(o->queue);
    free(o->next.recipe);
    *o = (struct orders){0};
}

// From the usual order on, with at most so many preemptions.
static void begin_orders(struct orders *o, size_t bound)
{
    end_orders(o);
    o->bound = bound;
    o->next.recipe = copy("");
    o->pending = true;
}

static void depart(struct orders *o, const struct choice *c)
{
    const struct stem *s = &o->queue[o->head];
    struct text recipe = {0};
    add(&recipe, string(&o->begun));
    add_choice(&recipe, c->is_pick, other(c, ++o->turn));
    o->next = (struct order){
        .recipe = taken(&recipe),
        .length = o->at + 1,
        .preemptions = s->preemptions + c->held,
        .departures = s->departures + 1,
    };
}

// Makes next the order after those before; false if there is none. The recipe
// of the one before belongs to who has taken it.
static bool find_next_order(struct orders *o)
{
    o->next = (struct order){0};
    for (; o->head < o->tail; close_stem(o)) {
        if (!o->open)
            open_stem(o);
        for (; o->at < o->run.n; o->at++) {
            const struct choice *c = &o->run.choice[o->at];
            size_t preemptions = o->queue[o->head].preemptions + c->held;
            if (o->turn < c->others && preemptions <= o->bound) {
                depart(o, c);
                return true;
            }
            add_choice(&o->begun, c->is_pick, c->took);
            o->turn = 0;
        }
    }
    return false;
}

static void look_for_more_orders(struct orders *o)
{
    if (!o->pending)
        o->pending = find_next_order(o);
}

// Whether the run took the choices that it was given, and then the usual ones.
static bool has_followed(const struct run *r, const struct order *o)
{
    if (r->n < o->length)
        return false;
    struct text took = {0};
    for (size_t i = 0; i < o->length; i++)
        add_choice(&took, r->choice[i].is_pick, r->choice[i].took);
    bool same = strcmp(string(&took), o->recipe) == 0;
    clear(&took);
    for (size_t i = o->length; same && i < r->n; i++)
        same = is_usual(&r->choice[i]);
    return same;
}

static bool others_depart(const struct orders *o, const struct run *r,
                          const struct order *from)
{
    for (size_t i = from->length; i < r->n; i++) {
        const struct choice *c = &r->choice[i];
        if (c->others && from->preemptions + c->held <= o->bound)
            return true;
    }
    return false;
}

// Keeps the run of that order for later, if another one departs from it.
static void add_stem(struct orders *o, const struct run *r,
                     const struct order *of)
{
    if (!others_depart(o, r, of))
        return;
    struct text log = {0};
    for (size_t i = 0; i < r->n; i++) {
        add_bytes(&log, r->choice[i].line, strcspn(r->choice[i].line, "\t#"));
        add(&log, "\n");
    }
    o->queue = with_room(o->queue, o->tail, &o->room, sizeof *o->queue);
    o->queue[o->tail++] = (struct stem){
        .log = taken(&log),
        .length = of->length,
        .preemptions = of->preemptions,
        .departures = of->departures,
    };
}

#endif
