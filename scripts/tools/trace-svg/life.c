/* life.c -- a goroutine starts, waits, sleeps, ends.
 * SPDX-License-Identifier: 0BSD
 */
#include <string.h>
#include "picture.h"

// ---- a moment, a start ------------------------------------------------------

static bool is_asleep(const struct lane *lane)
{
    return is_alive(lane) && lane->sleeping.text[0];
}

// Draws the lanes that are asleep, in a row of their own. False if there are none.
static bool draw_sleepers(struct picture *p)
{
    int asleep = 0, row = p->rows + 1;
    for (int i = 1; i <= p->lanes; i++)
        asleep += is_asleep(&p->lane[i]);
    if (!asleep)
        return false;
    p->floor = row;
    for (int i = 1; i <= p->lanes && !p->full; i++) {
        struct lane *lane = &p->lane[i];
        if (!is_asleep(lane))
            continue;
        draw_note(p, lane, row, &lane->sleeping, "quiet");
        lane->sleeping = (struct words){{NULL}};
    }
    return true;
}

// In virtual time an event of a later moment is never above one of an earlier moment. A
// moment at which goroutines only wait has an empty row.
void draw_moment(struct picture *p, const struct event *e)
{
    bool is_empty = e->kind == TIMEOUT || (e->kind == TAKE && !e->other);
    bool asleep = draw_sleepers(p);
    if (p->full)
        return;
    if (is_empty && !asleep)
        p->rows++;
    p->floor = p->rows + 1;
    p->row[p->floor].moment = clock_at(p, p->now);
}

static const struct words go_words = {{"go"}};

// Extends the line from a, which starts goroutines in that row, to b.
static bool extend_start(struct picture *p, struct lane *a,
                         const struct lane *b, int row)
{
    enum side side = side_of(a, b);
    double from = a->go[side], to = edge(b, opposite(side)), y = y_of(p, row);
    if (side == RIGHT ? b->x > from : b->x < from) {
        double left = side == RIGHT ? from + BAR + 3 : to - BAR - 2;
        double right = side == RIGHT ? to + BAR + 2 : from - BAR - 3;
        if (!is_free(p, row, left, right))
            return false;
        reserve(p, row, left, right);
        if (from == edge(a, side))
            draw_across(p, a, b, row, "thin", &go_words);
        else
            draw_line(p, "thin", from, y, to, y);
        a->go[side] = to;
    }
    draw_head(p, "open", a->x, y, to, y);
    return true;
}

// A goroutine that starts several does it in one row, if there is room.
static int draw_go(struct picture *p, struct lane *a, const struct lane *b)
{
    int row = a->started_in;
    if (row && row >= p->floor && extend_start(p, a, b, row))
        return row;
    row = place_across(p, a, b, a->last + 1);
    if (!row)
        return 0;
    go_on(p, a, row);
    a->started_in = row;
    a->go[LEFT] = min(edge(a, LEFT), edge(b, RIGHT));
    a->go[RIGHT] = max(edge(a, RIGHT), edge(b, LEFT));
    draw_across(p, a, b, row, "thin", &go_words);
    return row;
}

void draw_start(struct picture *p, const struct event *e)
{
    struct lane *a = lane_of(p, e->other), *b = lane_of(p, e->lane);
    int row;
    if (!b->number || b->begun)
        return;
    b->creator = e->other;
    if (is_alive(a))
        row = draw_go(p, a, b);
    else
        row = place(p, 1, b->x - BAR, b->x + BAR);
    if (row)
        begin(p, b, row);
}

// ---- wait groups ------------------------------------------------------------

// The lane that waits for this done. The trace names it if this done was the last one.
// Otherwise the name of the wait group does, but wg_go() may have the function as name.
static struct lane *waiter_for(struct picture *p, const struct event *e)
{
    int waiter = p->waiter[e - p->run->event];
    struct lane *a = lane_of(p, e->lane), *creator = lane_of(p, a->creator);
    if (waiter)
        return lane_of(p, waiter);
    for (int i = 1; i <= p->lanes; i++) {
        struct lane *b = &p->lane[i];
        if (b != a && is_alive(b) &&
            strcmp(b->waits_for, short_name(e->name)) == 0)
            return b;
    }
    if (strcmp(e->name, a->function) == 0 && *creator->waits_for)
        return creator;
    return lane_of(p, 0);
}

void draw_done(struct picture *p, const struct event *e)
{
    struct lane *a = lane_of(p, e->lane), *b = waiter_for(p, e);
    if (!is_alive(a))
        return;
    a->done_of = e->name;
    if (!is_alive(b))
        return;
    int row = place_across(p, a, b, larger(a->last, b->last) + 1);
    if (!row)
        return;
    go_on(p, a, row);
    draw_across(p, a, b, row, "thin dotted",
                &(struct words){{"wg_done", "wg"}});
    b->last = row;
    a->done_row[b->number] = row;
}

// Whether this lane need not wait for that one any more.
static bool is_done_for(const struct lane *other, const struct lane *lane,
                        const char *name)
{
    if (!other->done_of)
        return false;
    if (strcmp(short_name(other->done_of), short_name(name)) == 0)
        return true;
    return strcmp(other->done_of, other->function) == 0 &&
           other->creator == lane->number;
}

void draw_wait(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    lane->waits_for = "";
    if (!is_alive(lane))
        return;
    for (int i = 1; i <= p->lanes; i++)
        if (is_done_for(&p->lane[i], lane, e->name))
            lane->last = larger(lane->last, p->lane[i].last);
    int row = lane_of(p, e->other)->done_row[lane->number];
    if (!row && lane->look == WAITS)
        row = place(p, lane->last + 1, lane->x - BAR, lane->x + BAR);
    if (row)
        go_on(p, lane, row);
}

// ---- waiting, sleeping, the end ---------------------------------------------

static bool begins(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

// What to write beside a goroutine that begins to wait, or no text. An arrow ends the wait
// for a channel, and says what it was.
static struct words words_for_wait(struct picture *p, const char *what)
{
    if (begins(what, "wait group "))
        return (struct words){{"wg_wait", "wait"}};
    if (begins(what, "a signal in "))
        return (struct words){{"waits for a signal", "signal"}};
    if (begins(what, "input in "))
        return (struct words){{"waits for input", "input"}};
    if (begins(what, "a system call"))
        return (struct words){{"in a system call", "system call", "call"}};
    if (begins(what, "send") || begins(what, "receive") ||
        begins(what, "select"))
        return (struct words){{NULL}};
    return (struct words){{string(p->memory, "waits for %s", what), what}};
}

void draw_block(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    struct words words = words_for_wait(p, e->what);
    if (!is_alive(lane))
        return;
    if (begins(e->what, "wait group "))
        lane->waits_for = short_name(e->what + strlen("wait group "));
    if (words.text[0]) {
        draw_down_to(p, lane, y_of(p, lane->last));
        int row = draw_note(p, lane, lane->last + 1, &words, "quiet");
        if (!row)
            return;
        lane->last = row;
    }
    lane->look = WAITS;
}

// After a wait in the kernel the goroutine is drawn as waiting down to its next event.
void draw_resume(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    bool waited = words_for_wait(p, e->what).text[0] != NULL;
    if (!waited || lane->look != WAITS)
        lane->look = RUNS;
}

void draw_stuck(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    if (!is_alive(lane))
        return;
    lane->look = WAITS;
    struct words words = words_for_wait(p, e->what);
    if (!begins(e->what, "a signal in ") && !begins(e->what, "input in "))
        words = (struct words){{string(p->memory, "%s: forever", e->what),
                                "waits forever", "forever"}};
    int row = draw_note(p, lane, lane->last + 1, &words, "word");
    if (row)
        lane->last = row;
    p->bottom = larger(p->bottom, row + 1);
}

void draw_sleep(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    if (!is_alive(lane))
        return;
    const char *time = duration(p, number_in(e->what));
    lane->sleeping =
        (struct words){{string(p->memory, "sleeps %s", time),
                        string(p->memory, "sleep %s", time), time, "zzz"}};
    lane->look = SLEEPS;
    if (p->run->in_virtual_time)
        return;
    int row = draw_note(p, lane, lane->last + 1, &lane->sleeping, "quiet");
    if (row)
        lane->last = row;
}

void draw_wake(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    if (!is_alive(lane))
        return;
    double y = y_of(p, p->floor);
    if (p->run->in_virtual_time)
        y = p->top + p->row_height * (p->floor - 1);
    lane->sleeping = (struct words){{NULL}};
    draw_down_to(p, lane, max(y, lane->at));
    lane->look = RUNS;
    lane->ran = true;
}

void draw_instant(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    if (is_alive(lane))
        draw_happening(p, lane, lane->last + 1,
                       &(struct words){{kind_names[e->kind]}});
}

void draw_end(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    if (!is_alive(lane))
        return;
    double y = max(y_of(p, lane->last), lane->at) + 8;
    draw_down_to(p, lane, y);
    add(&p->marks, "<path class=\"end\" d=\"M%s %sh%d\"/>\n",
        r1(edge(lane, LEFT) - 4).s, r1(y).s, BAR + 8);
    lane->gone = true;
    p->drew[RETURNS] = true;
    p->rows = larger(p->rows, lane->last);
}

void draw_panic(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    if (!is_alive(lane))
        return;
    struct words words = {{"panic"}};
    int row = draw_note(p, lane, lane->last + 1, &words, "strong");
    if (!row)
        return;
    go_on(p, lane, row);
    add(&p->marks, "<path class=\"end\" d=\"M%s %sl14 14m0 -14l-14 14\"/>\n",
        r1(lane->x - 7).s, r1(y_of(p, row) - 7).s);
    lane->gone = true;
    p->drew[PANICS] = true;
}
