/* draw.c -- bars, arrows and labels.
 * SPDX-License-Identifier: 0BSD
 */
#include <stdlib.h>
#include <string.h>
#include "picture.h"

const char *const look_names[] = {"", "runs", "waits", "sleeps"};

// ---- bars -------------------------------------------------------------------

// Draws the lane's bar down to y. Parts with the same look are one piece, which is
// drawn when its end is known. NOTHING draws the last piece.
void draw_bar(struct picture *p, struct lane *lane, double y, enum look look)
{
    if (look != lane->piece && lane->at > lane->top) {
        add(&p->bars,
            "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%d\" height=\"%s\"/>\n",
            look_names[lane->piece], r1(lane->x - BAR / 2).s, r1(lane->top).s,
            BAR, r1(lane->at - lane->top).s);
        p->drawn[lane->piece] = true;
        lane->top = lane->at;
    }
    lane->piece = look;
    if (look != NOTHING)
        lane->at = max(lane->at, y);
}

// The lane keeps its look from the last event to this one. A lane that fell asleep
// first ran a little.
void draw_down_to(struct picture *p, struct lane *lane, double y)
{
    if (y <= lane->at)
        return;
    if (lane->look != RUNS && lane->ran)
        draw_bar(p, lane, min(lane->at + 6, y), RUNS);
    lane->ran = false;
    if (y > lane->at)
        draw_bar(p, lane, y, lane->look);
}

void begin(struct picture *p, struct lane *lane, int row)
{
    lane->begun = true;
    lane->first = y_of(p, row) - 7;
    lane->at = lane->first;
    lane->top = lane->first;
    lane->look = RUNS;
    lane->piece = RUNS;
    lane->ran = true;
    lane->last = row;
}

// An event of the lane in that row, after which the lane goes on.
void go_on(struct picture *p, struct lane *lane, int row)
{
    draw_down_to(p, lane, y_of(p, row));
    lane->look = RUNS;
    lane->ran = true;
    lane->last = row;
    lane->started_in = 0;
}

// ---- lines and arrows -------------------------------------------------------

// The line has a white rim, so that the lines it crosses seem to pass below.
void draw_path(struct picture *p, const char *class, const char *path)
{
    add(&p->lines,
        "<path class=\"halo\" d=\"%s\"/><path class=\"%s\" d=\"%s\"/>\n", path,
        class, path);
}

void draw_line(struct picture *p, const char *class, double x1, double y1,
               double x2, double y2)
{
    draw_path(p, class,
              string(p->memory, "M%s %sL%s %s", r1(x1).s, r1(y1).s, r1(x2).s,
                     r1(y2).s));
}

// Newton's square root: the library of mathematics need not be linked.
static double root(double square)
{
    double n = square > 1 ? square : 1;
    for (int i = 0; i < 30; i++)
        n = (n + square / n) / 2;
    return n;
}

// The head of an arrow at x2, y2, which comes from x1, y1: filled, or open.
void draw_head(struct picture *p, const char *class, double x1, double y1,
               double x2, double y2)
{
    double dx = x2 - x1, dy = y2 - y1, n = root(dx * dx + dy * dy);
    dx /= n;
    dy /= n;
    double x = x2 - 9 * dx, y = y2 - 9 * dy;
    add(&p->heads, "<path class=\"%s\" d=\"M%s %sL%s %sL%s %s%s\"/>\n", class,
        r1(x - 4 * dy).s, r1(y + 4 * dx).s, r1(x2).s, r1(y2).s,
        r1(x + 4 * dy).s, r1(y - 4 * dx).s,
        strcmp(class, "head") == 0 ? "Z" : "");
}

// ---- labels -----------------------------------------------------------------

// The width of a label with this text.
double box(const char *s)
{
    return wide(s) + 6;
}

// A text in a box of its own, the left side of which is given.
void draw_label(struct picture *p, const char *s, double left, double y,
                const char *class)
{
    add(&p->boxes,
        "<rect class=\"box%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"15\" "
        "rx=\"3\"/><text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>\n",
        strcmp(class, "value") == 0 ? " framed" : "", r1(left).s, r1(y - 7.5).s,
        r1(box(s)).s, class, r1(left + 3).s, r1(y + 4).s, xml(p->memory, s));
    p->right = max(p->right, left + wide(s) + 6);
}

// The number of cells between a lane and the next one.
int beside(const struct picture *p, const struct lane *lane, enum side side)
{
    double width = p->space - BAR;
    if (side == RIGHT && lane->number >= p->lanes)
        width = WIDTH - lane->x - BAR / 2 - MARGIN;
    if (side == LEFT && lane->number <= 1)
        width = lane->x - GUTTER - BAR / 2;
    return fits(width - 14);
}

static const char *shortest(const struct words *words)
{
    int i = 0;
    while (words->text[i + 1])
        i++;
    return words->text[i];
}

// The first of the texts that fits into n cells, or the part of the last that fits.
const char *fitting(const struct picture *p, const struct words *words, int n)
{
    int i = 0;
    while (words->text[i + 1] && cells(words->text[i]) > n)
        i++;
    return cut(p->memory, words->text[i], n);
}

// The side of the lane for words. It is the right one, unless sloping lines begin
// there or the shortest text does not fit.
static enum side better_side(const struct picture *p, const struct lane *lane,
                             const struct words *words)
{
    int n = cells(shortest(words));
    if (lane->busy[RIGHT] < 1 && beside(p, lane, RIGHT) >= n)
        return RIGHT;
    if (lane->busy[LEFT] < 1 && beside(p, lane, LEFT) >= n)
        return LEFT;
    return lane->number == 1 || beside(p, lane, RIGHT) >= n ? RIGHT : LEFT;
}

// Words beside the lane, in the first row where they fit. Returns the row.
int draw_note(struct picture *p, const struct lane *lane, int row,
              const struct words *words, const char *class)
{
    enum side side = better_side(p, lane, words);
    const char *s = fitting(p, words, beside(p, lane, side));
    double left = edge(lane, side) + 4;
    if (side == LEFT)
        left = edge(lane, side) - 4 - box(s);
    if (side == RIGHT)
        row = place(p, row, edge(lane, LEFT) - 1, left + box(s));
    else
        row = place(p, row, left, edge(lane, RIGHT) + 1);
    if (row)
        draw_label(p, s, left, y_of(p, row), class);
    return row;
}

// An event of one lane alone: a dot, and words beside it.
void draw_happening(struct picture *p, struct lane *lane, int row,
                    const struct words *words)
{
    row = draw_note(p, lane, row, words, "word");
    if (!row)
        return;
    go_on(p, lane, row);
    p->drew[ALONE] = true;
    add(&p->marks, "<circle class=\"dot\" cx=\"%s\" cy=\"%s\" r=\"3\"/>\n",
        r1(lane->x).s, r1(y_of(p, row)).s);
}

// A value stands beside its lane, and reaches from there to x.
void remember_label(struct picture *p, const struct lane *lane, int row,
                    double x)
{
    p->row[row].labelled[lane->number] = true;
    p->row[row].label_ends[lane->number] = x;
}

// A level line from lane a to lane b, with words in the first gap.
void draw_across(struct picture *p, const struct lane *a, const struct lane *b,
                 int row, const char *class, const struct words *words)
{
    enum side side = side_of(a, b);
    bool is_value = strcmp(class, "value-line") == 0;
    bool adjacent = abs(a->number - b->number) == 1;
    double gap = p->space - BAR, y = y_of(p, row);
    double x1 = edge(a, side), x2 = edge(b, opposite(side));
    const char *s = fitting(p, words, fits(gap - (adjacent ? 17 : 14)));
    draw_line(p, class, x1, y, x2, y);
    draw_head(p, is_value ? "head" : "open", x1, y, x2, y);
    p->drew[is_value                     ? HANDED_OVER
            : strcmp(class, "thin") == 0 ? GO
                                         : GROUP_DONE] = true;
    if (!*s)
        return;
    double left = (gap - (adjacent ? 9 : 0) - box(s)) / 2;
    // Beside sloping lines the value is as close to the lane as their values.
    if (is_value && a->busy[side] > 0)
        left = 7;
    left = side == RIGHT ? x1 + left : x1 - left - box(s);
    draw_label(p, s, left, y, is_value ? "value" : "quiet");
    if (is_value)
        remember_label(p, a, row, side == RIGHT ? left + box(s) : left);
}

// ---- what to write beside it ------------------------------------------------

const char *channel_name(const struct picture *p, const struct event *e)
{
    const char *name = p->channel[e->channel].name;
    return name ? name : short_name(e->name);
}

// A value is shown without the name of its channel if both do not fit.
static bool is_too_long(const struct picture *p, const char *name)
{
    int room = fits(p->space - BAR - 30);
    for (int i = 0; i < smaller(p->run->n, EARLY); i++) {
        const struct event *e = &p->run->event[i];
        if ((e->kind == PASS || e->kind == PUT) &&
            strcmp(channel_name(p, e), name) == 0 &&
            cells(name) + 2 + cells(e->what) > room)
            return true;
    }
    return false;
}

// The value, or its number if the value cannot be shown.
struct words value_words(struct picture *p, const struct event *e)
{
    const char *name = channel_name(p, e);
    if (!*e->what || strncmp(e->what, "0x", 2) == 0) {
        const char *ordinal = e->value + strcspn(e->value, ".");
        ordinal += *ordinal == '.';
        p->drew[ORDINAL] = true;
        return (struct words){{string(p->memory, "%s #%s", name, ordinal),
                               string(p->memory, "#%s", ordinal)}};
    }
    if (p->channels > 1 && !is_too_long(p, name))
        return (struct words){{string(p->memory, "%s: %s", name, e->what)}};
    return (struct words){{e->what}};
}

// 5 ms, 250 us. Under a seed times are whole milliseconds.
const char *duration(struct picture *p, double ns)
{
    if (p->run->in_virtual_time)
        return string(p->memory, "%lld ms", (long long)(ns / 1000000 + 0.5));
    if (ns >= 10000000)
        return string(p->memory, "%.0f ms", ns / 1000000);
    if (ns >= 1000000)
        return string(p->memory, "%.1f ms", ns / 1000000);
    return string(p->memory, "%.0f us", ns / 1000);
}

const char *clock_at(struct picture *p, double ns)
{
    if (p->run->in_virtual_time)
        return string(p->memory, "%lld", (long long)(ns / 1000000));
    int places = ns >= 100000000 ? 0 : ns >= 10000000 ? 1 : 2;
    return string(p->memory, "%.*f", places, ns / 1000000);
}
