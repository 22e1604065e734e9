/* values.c -- values: handed over, or through a buffer.
 * SPDX-License-Identifier: 0BSD
 */
#include "picture.h"

// Whether another value can be drawn. The picture is full after ARROWS values.
static bool may_send(struct picture *p)
{
    if (p->sent == ARROWS)
        p->full = true;
    return !p->full;
}

void draw_pass(struct picture *p, const struct event *e)
{
    struct lane *a = lane_of(p, e->lane), *b = lane_of(p, e->other);
    if (!is_alive(a) || !is_alive(b) || a == b) {
        a->look = RUNS;
        b->look = RUNS;
        return;
    }
    if (!may_send(p))
        return;
    int row = place_across(p, a, b, larger(a->last, b->last) + 1);
    if (!row)
        return;
    go_on(p, a, row);
    go_on(p, b, row);
    struct words words = value_words(p, e);
    draw_across(p, a, b, row, "value-line", &words);
    p->arrows++;
    p->sent++;
}

// The side of lane a for a drawing that leads to b. Without b, the side with space.
enum side side_towards(struct picture *p, const struct lane *a,
                       const struct lane *b)
{
    if (b->number && b != a)
        return side_of(a, b);
    return beside(p, a, RIGHT) > 4 ? RIGHT : LEFT;
}

// Places a label beside the lane, and reserves as much beyond it. `at` gets the place.
int place_beside(struct picture *p, const struct lane *lane, int row,
                 const char *s, int beyond, struct put *at)
{
    double x = edge(lane, at->side);
    if (at->side == RIGHT) {
        at->x = x + 7 + box(s);
        at->row = place(p, row, edge(lane, LEFT) - 2, at->x + beyond);
    } else {
        at->x = x + (-7 - box(s));
        at->row = place(p, row, at->x - beyond, edge(lane, RIGHT) + 2);
    }
    return at->row;
}

// The left side of the label at that place.
double label_left(const struct put *at, const struct lane *lane, const char *s)
{
    return at->side == RIGHT ? edge(lane, RIGHT) + 7
                             : edge(lane, LEFT) + (-7 - box(s));
}

// A value that goes into a buffer is beside its sender, and a line leads from there to
// the receiver. The line is drawn when the value is received.
void draw_put(struct picture *p, const struct event *e)
{
    struct lane *a = lane_of(p, e->lane), *b = lane_of(p, e->other);
    struct channel *c = &p->channel[e->channel];
    if (!is_alive(a) || !may_send(p))
        return;
    struct put at = {.side = side_towards(p, a, b)};
    struct words words = value_words(p, e);
    const char *s = fitting(p, &words, beside(p, a, at.side) - 1);
    int row = larger(a->last + 1, c->last_put);
    if (a->look == WAITS)
        row = larger(row, c->last_take);
    row = place_beside(p, a, row, s, 4, &at);
    if (!row)
        return;
    go_on(p, a, row);
    p->sent++;
    a->busy[at.side] += b->number != 0;
    c->last_put = row;
    double left = label_left(&at, a, s);
    draw_line(p, "value-line stub", edge(a, at.side), y_of(p, row),
              at.side == RIGHT ? left : left + box(s), y_of(p, row));
    draw_label(p, s, left, y_of(p, row), "value");
    p->put[e - p->run->event] = at;
    remember_label(p, a, row, at.x);
}

// The place where a line from x1 to x2 bends, so that it does not pass behind a label
// beside the lane in the rows between.
static double round_labels(const struct picture *p, const struct lane *a,
                           const struct put *from, double x2, int end)
{
    double x1 = from->x, bend = x1;
    for (int k = from->row + 1; k < end; k++) {
        double label = p->row[k].label_ends[a->number];
        double x = x1 + (x2 - x1) * (k - from->row - 0.4) / (end - from->row);
        if (!p->row[k].labelled[a->number])
            continue;
        if (x2 > x1 ? x < label : x > label)
            bend = x2 > x1 ? max(bend, label) : min(bend, label);
    }
    return bend;
}

// A goroutine receives its own value: the line leads out of the far end of the label,
// round the labels below, and back. It keeps away from the next lane's bar, and stays
// inside the picture. The curve goes three quarters as far as the points that bend it.
static void draw_loop(struct picture *p, const struct lane *lane,
                      const struct put *from, int row)
{
    double x1 = from->x, y1 = y_of(p, from->row), y2 = y_of(p, row);
    double x2 = edge(lane, from->side), bulge = row - from->row > 1 ? 50 : 24;
    double room = lane->x + p->space - BAR - x1;
    if (from->side == LEFT)
        room = x1 - (lane->x - p->space + BAR);
    else if (lane->number >= p->lanes)
        room = WIDTH - MARGIN - x1;
    bulge = max(12, min(bulge, room / 0.75));
    if (from->side == RIGHT)
        p->right = max(p->right, x1 + 0.75 * bulge);
    else
        bulge = -bulge;
    draw_path(p, "value-line",
              string(p->memory, "M%s %sC%s %s %s %s %s %s", r1(x1).s, r1(y1).s,
                     r1(x1 + bulge).s, r1(y1 + 4).s, r1(x1 + bulge).s, r1(y2).s,
                     r1(x2).s, r1(y2).s));
    draw_head(p, "head", x1, y2, x2, y2);
}

static void draw_value_line(struct picture *p, const struct lane *a,
                            const struct put *from, double x2, int row)
{
    double bend = round_labels(p, a, from, x2, row);
    double x1 = from->x, y1 = y_of(p, from->row), y2 = y_of(p, row);
    if (bend == x1)
        draw_line(p, "value-line", x1, y1, x2, y2);
    else
        draw_path(p, "value-line",
                  string(p->memory, "M%s %sL%s %sL%s %s", r1(x1).s, r1(y1).s,
                         r1(bend).s, r1(y1).s, r1(x2).s, r1(y2).s));
    draw_head(p, "head", bend, y1, x2, y2);
}

// The line comes from that side, where its head needs space.
int place_end(struct picture *p, const struct lane *lane, int row,
              enum side side)
{
    if (side == RIGHT)
        return place(p, row, edge(lane, LEFT) - 2, edge(lane, RIGHT) + 14);
    return place(p, row, edge(lane, LEFT) - 14, edge(lane, RIGHT) + 2);
}

static void draw_buffered(struct picture *p, const struct event *e,
                          struct put *from)
{
    struct lane *a = lane_of(p, e->other), *b = lane_of(p, e->lane);
    struct channel *c = &p->channel[e->channel];
    int row = larger(larger(b->last + 1, c->last_take), from->row + 1);
    enum side side = a == b ? from->side : opposite(from->side);
    row = place_end(p, b, row, side);
    if (!row)
        return;
    go_on(p, b, row);
    a->busy[from->side]--;
    c->last_take = row;
    from->received = true;
    p->drew[BUFFERED] = true;
    if (a == b)
        draw_loop(p, b, from, row);
    else
        draw_value_line(p, a, from, edge(b, side), row);
    p->arrows++;
}

void draw_take(struct picture *p, const struct event *e)
{
    struct lane *b = lane_of(p, e->lane);
    struct channel *c = &p->channel[e->channel];
    if (!is_alive(b))
        return;
    if (!e->other) { // of a timer
        const char *name = short_name(e->name);
        draw_happening(
            p, b, larger(b->last + 1, c->last_take),
            &(struct words){{string(p->memory, "%s: time is up", name),
                             "time is up", "time up", "fires"}});
    } else if (e->put >= 0 && p->put[e->put].row) {
        draw_buffered(p, e, &p->put[e->put]);
    } else {
        b->look = RUNS;
    }
}
