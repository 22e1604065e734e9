#define _GNU_SOURCE
#include "orders.h"
#include <stdlib.h>
#include <string.h>

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
        add_choice(&o->begun, c, c->took);
    }
    o->turn = 0;
    o->open = true;
}

void end_orders(struct orders *o)
{
    if (o->open)
        close_stem(o);
    for (; o->head < o->tail; o->head++)
        free(o->queue[o->head].log);
    free(o->queue);
    free(o->next.recipe);
    *o = (struct orders){0};
}

void begin_orders(struct orders *o, size_t bound)
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
    add_choice(&recipe, c, other(c, ++o->turn));
    o->next = (struct order){
        .recipe = taken(&recipe),
        .length = o->at + 1,
        .preemptions = s->preemptions + c->held,
        .departures = s->departures + 1,
    };
}

bool find_next_order(struct orders *o)
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
            add_choice(&o->begun, c, c->took);
            o->turn = 0;
        }
    }
    return false;
}

void look_for_more_orders(struct orders *o)
{
    if (!o->pending)
        o->pending = find_next_order(o);
}

bool has_followed(const struct run *r, const struct order *o)
{
    if (r->n < o->length)
        return false;
    struct text took = {0};
    for (size_t i = 0; i < o->length; i++)
        add_choice(&took, &r->choice[i], r->choice[i].took);
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

void add_stem(struct orders *o, const struct run *r, const struct order *of)
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
