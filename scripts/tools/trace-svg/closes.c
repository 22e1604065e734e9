/* closes.c -- a close, and the lanes that it reaches.
 * SPDX-License-Identifier: 0BSD
 */
#include "picture.h"

// Whether the close of this channel reaches that lane.
static bool does_tell(const struct channel *c, const struct lane *b)
{
    return c->tells_too[b->number] && is_alive(b);
}

// Places the close some rows lower if level lines can reach all its lanes from there.
// Otherwise the lines slope.
static int lower_row(struct picture *p, const struct channel *c,
                     const struct lane *a, int row)
{
    double from = a->x, to = a->x;
    for (int i = 1; i <= p->lanes; i++) {
        const struct lane *b = &p->lane[i];
        if (!does_tell(c, b))
            continue;
        from = min(from, b->x);
        to = max(to, b->x);
    }
    for (int low = row; low < row + 3 && low <= p->last_row; low++)
        if (is_free(p, low, from - BAR, to + BAR))
            return low;
    return 0;
}

static void slant(struct picture *p, struct channel *c, struct lane *a)
{
    for (int i = 1; i <= p->lanes; i++) {
        const struct lane *b = &p->lane[i];
        if (!does_tell(c, b))
            continue;
        a->busy[side_of(a, b)]++;
        c->slanting[i] = true;
    }
}

// If there is room, the text is not on the side where sloping lines begin.
static const char *close_text(struct picture *p, const struct event *e,
                              const struct lane *a, enum side *side)
{
    struct words words = {{"close"}};
    if (p->closable > 1)
        words = (struct words){
            {string(p->memory, "close %s", channel_name(p, e)), "close"}};
    if (a->busy[*side] > 0) {
        if (beside(p, a, opposite(*side)) > 5)
            *side = opposite(*side);
        else
            words = (struct words){{"close"}};
    }
    return fitting(p, &words, larger(beside(p, a, *side) - 1, 5));
}

void draw_close(struct picture *p, const struct event *e)
{
    struct lane *a = lane_of(p, e->lane);
    struct channel *c = &p->channel[e->channel];
    if (!is_alive(a))
        return;
    struct put at = {.side = side_towards(p, a, lane_of(p, c->tells))};
    const char *s = close_text(p, e, a, &at.side);
    int row = larger(larger(a->last + 1, c->last_put), p->floor);
    int low = lower_row(p, c, a, row);
    if (!low)
        slant(p, c, a);
    row = place_beside(p, a, low ? low : row, s, 2, &at);
    if (!row)
        return;
    go_on(p, a, row);
    add(&p->marks, "<path class=\"close\" d=\"M%s %sh%d\"/>\n",
        r1(edge(a, LEFT) - 3).s, r1(y_of(p, row)).s, BAR + 6);
    draw_label(p, s, label_left(&at, a, s), y_of(p, row), "word");
    c->close = at;
    p->drew[CLOSES] = true;
}

// Extends the level line from a, which closed the channel, to b.
static bool draw_told_at_once(struct picture *p, struct channel *c,
                              const struct lane *a, const struct lane *b)
{
    enum side side = side_of(a, b);
    int row = c->close.row;
    double x2 = edge(b, opposite(side)), y = y_of(p, row);
    if (!c->reach[side].begun) {
        double x = side == c->close.side ? c->close.x : edge(a, side);
        c->reach[side].begun = true;
        c->reach[side].to = x;
        c->reach[side].held = x + (side == RIGHT ? 2 : -2);
    }
    double x1 = c->reach[side].to, held = c->reach[side].held;
    if (side == RIGHT ? x2 > x1 : x2 < x1) {
        double from = side == RIGHT ? held : x2 - BAR - 2;
        double to = side == RIGHT ? x2 + BAR + 2 : held;
        if (!is_free(p, row, from, to))
            return false;
        reserve(p, row, from, to);
        draw_line(p, "dashed", x1, y, x2, y);
        c->reach[side].to = x2;
        c->reach[side].held = side == RIGHT ? to : from;
    }
    draw_head(p, "open", a->x, y, x2, y);
    p->drew[SEES_CLOSE] = true;
    return true;
}

// Draws a sloping line. Returns the row in which it ends.
static int draw_told_later(struct picture *p, const struct channel *c,
                           const struct lane *a, const struct lane *b, int row)
{
    enum side side = side_of(a, b);
    double x1 = side == c->close.side ? c->close.x : edge(a, side);
    double x2 = edge(b, opposite(side)), y1 = y_of(p, c->close.row);
    row = place_end(p, b, larger(row, c->close.row + 1), opposite(side));
    if (!row)
        return 0;
    draw_line(p, "dashed", x1, y1, x2, y_of(p, row));
    draw_head(p, "open", x1, y1, x2, y_of(p, row));
    p->drew[SEES_CLOSE] = true;
    return row;
}

void draw_closed(struct picture *p, const struct event *e)
{
    struct lane *a = lane_of(p, e->other), *b = lane_of(p, e->lane);
    struct channel *c = &p->channel[e->channel];
    if (!is_alive(b))
        return;
    if (e->other > p->lanes) {
        b->look = RUNS;
        return;
    }
    int low = larger(b->last + 1, c->last_take), row = c->close.row;
    if (a == b || !row || c->told[b->number]) {
        draw_happening(p, b, low, &(struct words){{"closed"}});
        return;
    }
    c->told[b->number] = true;
    a->busy[side_of(a, b)] -= c->slanting[b->number];
    if (low > row || row < p->floor || !draw_told_at_once(p, c, a, b))
        row = draw_told_later(p, c, a, b, low);
    if (row)
        go_on(p, b, row);
}
