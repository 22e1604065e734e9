/* trace-svg -- draw what the goroutines of a run did, in SVG.
 *
 *     trace-svg [TITLE] <EVENTS
 *
 * EVENTS are the lines that scripts/lib/trace-read.awk prints, sorted by time; their
 * format is described there. Without a TITLE the picture has the program's name.
 *
 * Each goroutine has a lane, and time runs downwards. A row is not a unit of
 * time: it holds one event, or several in different lanes that do not depend on
 * each other. A drawing reserves its width in its row, so drawings in a row never
 * overlap: see place(). All widths are those of a monospaced
 * font.
 *
 * The rooms, each a file in trace-svg/:
 *
 *     text     memory, and strings in UTF-8; above ../shared/memory
 *     run      what happened, as it was read
 *     rows     the lanes and rows: what has room where
 *     draw     bars, arrows, labels and words
 *     lanes    a new picture: where the lanes stand
 *     life     a goroutine starts, waits, sleeps, ends
 *     values   values, handed over or through a buffer
 *     closes   a close, and those that it tells
 *     frame    names, times, legend and description; the SVG file
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "trace-svg/picture.h"

// One function for each kind of event.
static void draw_event(struct picture *p, const struct event *e)
{
    static void (*const draw[])(struct picture *, const struct event *) = {
        [START] = draw_start,     [PASS] = draw_pass,
        [PUT] = draw_put,         [TAKE] = draw_take,
        [CLOSE] = draw_close,     [CLOSED] = draw_closed,
        [DEFAULT] = draw_instant, [TIMEOUT] = draw_instant,
        [SLEEP] = draw_sleep,     [WAKE] = draw_wake,
        [DONE] = draw_done,       [WAIT] = draw_wait,
        [BLOCK] = draw_block,     [RESUME] = draw_resume,
        [STUCK] = draw_stuck,     [PANIC] = draw_panic,
        [END] = draw_end,
    };
    if (e->kind != UNKNOWN)
        draw[e->kind](p, e);
}

// Goroutines that still run go on below the picture.
static void draw_rest(struct picture *p)
{
    double y = p->top + p->row_height * p->rows;
    for (int i = 1; i <= p->lanes; i++) {
        struct lane *lane = &p->lane[i];
        if (is_alive(lane))
            draw_down_to(p, lane, y + 2);
        if (is_alive(lane) && p->full) {
            p->drew[GOES_ON] = true;
            add(&p->marks, "<path class=\"dots\" d=\"M%s %sv13\"/>\n",
                r1(lane->x).s, r1(y + 5).s);
        }
        if (lane->begun)
            draw_bar(p, lane, 0, NOTHING);
    }
}

static void draw_run(struct picture *p)
{
    long long was = 0;
    begin(p, &p->lane[1], 1);
    p->lane[1].last = 0;
    p->row[1].moment = clock_at(p, 0);
    for (int i = 0; i < p->run->n && !p->full; i++) {
        const struct event *e = &p->run->event[i];
        p->now = e->time;
        long long moment = (long long)(p->now / 1000000);
        bool seen = is_shown(p, e->lane) || is_shown(p, e->other);
        if (p->run->in_virtual_time && moment != was && seen) {
            draw_moment(p, e);
            was = moment;
        }
        if (!p->full)
            draw_event(p, e);
    }
    if (!p->full)
        p->rows = larger(p->rows, p->bottom);
    draw_rest(p);
}

// The number of lanes to show. They are in the order of their numbers.
static int used_lanes(const struct picture *p)
{
    int n = p->lanes;
    while (n > 1 && !p->lane[n].begun)
        n--;
    return n;
}

static void redraw(struct picture *p, int lanes, int row_height)
{
    struct arena *memory = p->memory;
    const struct run *run = p->run;
    free_picture(p);
    set_up(p, memory, run, lanes, row_height);
    draw_run(p);
}

// With lower rows a little more of the run fits, and lanes without an event give their
// place to others.
static void draw_picture(struct picture *p, struct arena *memory,
                         const struct run *run)
{
    int height = 20;
    set_up(p, memory, run, run->goroutines, height);
    draw_run(p);
    if (p->full && p->sent < ARROWS && p->rows == p->last_row) {
        height = 18;
        redraw(p, run->goroutines, height);
    }
    if (used_lanes(p) < p->lanes)
        redraw(p, used_lanes(p), height);
}

int main(int argc, char **argv)
{
    struct run run = {0};
    struct picture picture;
    if (argc > 2) {
        fputs("usage: trace-svg [TITLE] <EVENTS\n", stderr);
        return 2;
    }
    read_run(&run, stdin);
    draw_picture(&picture, &run.memory, &run);
    frame_picture(&picture, argc == 2 && *argv[1] ? argv[1] : run.program);
    free_picture(&picture);
    free_run(&run);
    return 0;
}
